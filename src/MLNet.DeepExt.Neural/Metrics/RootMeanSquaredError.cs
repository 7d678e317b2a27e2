namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// √(Σ w·(ŷ - y)² / Σ w) in the target's units, of each number of the target, and the mean of these where there are several.
/// </summary>
/// <remarks>A number that no row has is left out of the mean. So does scikit-learn's mean_squared_error(squared=False).</remarks>
public sealed record RootMeanSquaredError : Metric
{
    /// <inheritdoc/>
    public override string Name => "root mean squared error";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Numbers;

    internal override string? FaultOf(int outputs, int targetWidth) => FaultOfNumbers(outputs, targetWidth);

    internal override Measurement Begin(int outputs, int targetWidth) => new MeanOfTargets(
        targetWidth, static (said, index, target) => (said[index] - target) * (said[index] - target), Math.Sqrt);
}
