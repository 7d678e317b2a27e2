namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The mean over the classes of the share of each one's rows that is right: (1 / K)·Σ_k TP_k / (TP_k + FN_k), the K classes being those
/// that rows are of. What is the same for all rows says 1 / K, however frequent it is.
/// </summary>
/// <remarks>It is scikit-learn's balanced_accuracy_score. With labels instead of classes, measure <see cref="Recall"/>.</remarks>
public sealed record BalancedAccuracy : Metric
{
    /// <inheritdoc/>
    public override string Name => "balanced accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfClasses(targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) =>
        new FigureOfCounts(new DecisionCounts(outputs, targetWidth), MeanRecall);

    private static double MeanRecall(DecisionCounts counts)
    {
        double sum = 0;
        int classes = 0;
        for (int index = 0; index < counts.Count; index++)
        {
            if (counts.True(index) == 0)
                continue;
            sum += Recall.Of(counts.Right[index], counts.Missed[index]);
            classes++;
        }

        return sum / classes;
    }
}
