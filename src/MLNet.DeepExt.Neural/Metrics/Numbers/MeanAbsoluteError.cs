namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The mean absolute error Σ w·|ŷ - y| / Σ w in the target's units, for each target, and the mean over several targets.
/// </summary>
/// <remarks>A target that is missing in all rows is excluded from the mean.</remarks>
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
        targetWidth, static (predicted, index, target) => Math.Abs(predicted[index] - target), static mean => mean);
}
