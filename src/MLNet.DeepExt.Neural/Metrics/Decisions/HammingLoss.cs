namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted share of labels that are wrong, yes being above 0.5: Σ w·1{ŷ_j ≠ y_j} / Σ w over rows and their labels j.
/// </summary>
/// <remarks>A label that is missing (NaN) is left out.</remarks>
public sealed record HammingLoss : Metric
{
    /// <inheritdoc/>
    public override string Name => "Hamming loss";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfNumbers(outputs, targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) =>
        new FigureOfCounts(new DecisionCounts(outputs, targetWidth), ShareOfWrong);

    private static double ShareOfWrong(DecisionCounts counts)
    {
        double wrong = 0;
        for (int index = 0; index < counts.Count; index++)
            wrong += counts.Wrong[index] + counts.Missed[index];
        return wrong / counts.Weights;
    }
}
