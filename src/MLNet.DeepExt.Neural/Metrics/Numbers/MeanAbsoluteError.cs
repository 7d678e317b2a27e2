namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// Σ w·|ŷ - y| / Σ w in the target's units, of each number of the target, and the mean of these where there are several.
/// </summary>
/// <remarks>A number that no row has is left out of the mean.</remarks>
public sealed record MeanAbsoluteError : Metric
{
    /// <inheritdoc/>
    public override string Name => "mean absolute error";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Numbers;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, double.PositiveInfinity);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfNumbers(outputs, targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => new MeanOfTargets(
        targetWidth, static (said, index, target) => Math.Abs(said[index] - target), static mean => mean);
}
