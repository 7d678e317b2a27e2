namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The pinball loss of predicted quantiles, in the target's units: the mean over quantiles q of Σ w·max(q·(y - ŷ_q), (q - 1)·(y - ŷ_q)) / Σ w, for
/// each target, and the mean over several targets.
/// </summary>
/// <remarks>
/// Output j is quantile j % quantiles of target j / quantiles. For a single quantile of 0.5 it is half of
/// <see cref="MeanAbsoluteError"/>. Source: R. Koenker and G. Bassett, Regression Quantiles, Econometrica 46 (1978).
/// </remarks>
public sealed record PinballLoss : Metric
{
    private readonly double[] _quantiles = [.. Usual];

    /// <summary>The quantiles in the order of the outputs, each in (0, 1). They are copied. Default 0.05, 0.5 and 0.95.</summary>
    public IReadOnlyList<double> Quantiles
    {
        get => Array.AsReadOnly(_quantiles);
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _quantiles = [.. value];
        }
    }

    /// <inheritdoc/>
    public override string Name => _quantiles.AsSpan().SequenceEqual(Usual)
        ? "pinball loss"
        : $"pinball loss ({string.Join(", ", _quantiles.Select(quantile => FormattableString.Invariant($"{quantile}")))})";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Numbers;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, double.PositiveInfinity);

    private static ReadOnlySpan<double> Usual => [0.05, 0.5, 0.95];

    /// <summary>True if the other metric has the same quantiles.</summary>
    /// <param name="other">The other metric.</param>
    public bool Equals(PinballLoss? other) => other is not null && _quantiles.AsSpan().SequenceEqual(other._quantiles);

    /// <inheritdoc/>
    public override int GetHashCode() => _quantiles.Aggregate(_quantiles.Length, HashCode.Combine);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth)
    {
        foreach (double quantile in _quantiles)
        {
            if (!(quantile > 0 && quantile < 1))
                return FormattableString.Invariant($"a quantile must be in (0, 1) but is {quantile}; 0.5 is the median");
        }

        return _quantiles.Length == 0 ? "it has no quantiles; give at least one" : FaultOfNumbers(outputs, targetWidth, _quantiles.Length);
    }

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth)
    {
        double[] quantiles = _quantiles;
        return new MeanOfTargets(
            targetWidth,
            (predicted, index, target) =>
            {
                double sum = 0;
                for (int k = 0; k < quantiles.Length; k++)
                {
                    double above = target - predicted[index * quantiles.Length + k];
                    sum += Math.Max(quantiles[k] * above, (quantiles[k] - 1) * above);
                }

                return sum / quantiles.Length;
            },
            static mean => mean);
    }
}
