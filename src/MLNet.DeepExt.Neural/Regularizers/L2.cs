namespace MLNet.DeepExt.Neural.Regularizers;

/// <summary>
/// A penalty on squares: λ/(2m)·Σ‖W‖²_F is added to the cost and λ/m·W to the gradient. Weights become small, but rarely exactly 0.
/// </summary>
/// <param name="Lambda">λ, above 0. Try powers of ten from 0.0001, scikit-learn's default, upwards.</param>
/// <remarks>
/// With plain gradient descent W becomes (1 - α·λ/m)·W before the update, so it is also called weight decay. The transform
/// <c>DecayWeights</c> with λ_d does this for every optimizer; for plain gradient descent both are equivalent with λ_d = λ/m.
/// λ is scikit-learn's <c>alpha</c> for networks.
/// </remarks>
public sealed record L2(double Lambda) : NormPenalty
{
    private protected override double Square => Lambda;

    private protected override double Absolute => 0;

    /// <inheritdoc/>
    public override void Validate() => RequireStrength(Lambda);
}
