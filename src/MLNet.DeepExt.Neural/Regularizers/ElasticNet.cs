namespace MLNet.DeepExt.Neural.Regularizers;

/// <summary>
/// The sum of an L1 and an L2 penalty: λ/(2m)·(s·Σ‖W‖₁ + (1 - s)·Σ‖W‖²_F) is added to the cost. Some weights become exactly 0, and
/// correlated features share their weight.
/// </summary>
/// <param name="Lambda">λ, above 0.</param>
/// <param name="L1Share">s, in [0, 1]: 1 is <see cref="L1"/>, 0 is <see cref="L2"/>.</param>
/// <remarks>H. Zou, T. Hastie, "Regularization and variable selection via the elastic net", 2005.</remarks>
public sealed record ElasticNet(double Lambda, double L1Share) : NormPenalty
{
    private protected override double Square => Lambda * (1 - L1Share);

    private protected override double Absolute => Lambda * L1Share;

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireStrength(Lambda);
        if (!(L1Share >= 0 && L1Share <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"L1Share of ElasticNet must be in [0, 1] but is {L1Share}; 1 is L1 alone, 0 is L2 alone."), nameof(L1Share));
        }
    }
}
