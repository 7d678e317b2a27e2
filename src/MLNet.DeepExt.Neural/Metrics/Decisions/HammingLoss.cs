namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted fraction of wrong labels, where a label is predicted positive above 0.5: Σ w·1{ŷ_j ≠ y_j} / Σ w over rows and their labels j.
/// </summary>
/// <remarks>A missing label (NaN) is ignored.</remarks>
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
        double errors = 0;
        for (int index = 0; index < counts.Count; index++)
            errors += counts.FalsePositives[index] + counts.FalseNegatives[index];
        return errors / counts.Weights;
    }
}
