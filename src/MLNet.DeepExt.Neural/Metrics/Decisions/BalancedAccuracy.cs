namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The mean recall over the classes: (1 / K)·Σ_k TP_k / (TP_k + FN_k), for the K classes that
/// have rows. A constant prediction has 1 / K, for any class frequencies.
/// </summary>
/// <remarks>scikit-learn: balanced_accuracy_score. For labels instead of classes, use <see cref="Recall"/>.</remarks>
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
            sum += Recall.Of(counts.TruePositives[index], counts.FalseNegatives[index]);
            classes++;
        }

        return sum / classes;
    }
}
