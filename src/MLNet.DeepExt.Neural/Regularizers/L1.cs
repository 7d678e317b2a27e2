namespace MLNet.DeepExt.Neural.Regularizers;

/// <summary>A penalty on absolute values: λ/(2m)·Σ‖W‖₁ is added to the cost. Weights that reduce the loss by less than their penalty become exactly
/// 0.</summary>
/// <param name="Lambda">λ, above 0.</param>
/// <remarks>
/// Its derivative jumps at 0, where gradient steps would oscillate. Therefore the optimizer computes its update without the penalty, and
/// then each weight moves towards 0 by α·λ/(2m) and becomes 0 if it reaches 0 (a proximal step, or soft threshold). α is the
/// step size with its schedule, also for an optimizer that scales each gradient. R. Tibshirani, "Regression shrinkage and selection
/// via the lasso", 1996; A. Beck, M. Teboulle, "A fast iterative shrinkage-thresholding algorithm for linear inverse problems", 2009.
/// </remarks>
public sealed record L1(double Lambda) : NormPenalty
{
    private protected override double Square => 0;

    private protected override double Absolute => Lambda;

    /// <inheritdoc/>
    public override void Validate() => RequireStrength(Lambda);
}
