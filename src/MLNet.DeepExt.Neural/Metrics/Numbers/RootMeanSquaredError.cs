namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The root mean squared error √(Σ w·(ŷ - y)² / Σ w) in the target's units, for each target, and the mean over several targets.
/// </summary>
/// <remarks>
/// It is the mean of the roots, not the root of the mean, as scikit-learn's mean_squared_error (squared=False). scikit-learn allows no
/// missing targets; here a missing target (NaN) is ignored, and a target that is missing in all rows is excluded from the mean.
/// </remarks>
public sealed record RootMeanSquaredError : Metric
{
    /// <inheritdoc/>
    public override string Name => "root mean squared error";

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
        targetWidth, static (predicted, index, target) => (predicted[index] - target) * (predicted[index] - target), Math.Sqrt);
}
