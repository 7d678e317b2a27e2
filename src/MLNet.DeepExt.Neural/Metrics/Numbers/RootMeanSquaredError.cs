namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// √(Σ w·(ŷ - y)² / Σ w) in the target's units, of each number of the target, and the mean of these where there are several.
/// </summary>
/// <remarks>
/// The mean is of the roots, and not the root of the mean, as in scikit-learn's root of mean_squared_error (squared=False). That takes no
/// targets that are missing; here a target that is missing (NaN) is left out, and a number that no row has is left out of the mean.
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
        targetWidth, static (said, index, target) => (said[index] - target) * (said[index] - target), Math.Sqrt);
}
