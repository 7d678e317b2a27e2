namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The precision: the weighted fraction of the rows predicted as a class that have this class: TP / (TP + FP), where TP and FP are the weights of the
/// true positives and the false positives.
/// </summary>
/// <remarks>
/// For a binary label it is the value of the positive class; for more classes or labels the mean, unless
/// <see cref="PerClassMetric.Averaging"/> selects another average.
///
/// The predicted class is the most probable one; predicted labels are those above 0.5. As in scikit-learn's precision_score it is 0 without predicted
/// positives, also for a class without rows; for a label that is missing in every row it is NaN. The micro average over classes is
/// the accuracy.
/// </remarks>
public sealed record Precision : PerClassMetric
{
    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    private protected override string Figure => "precision";

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfFigures(outputs, targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) =>
        Begin(
            outputs, targetWidth,
            static (truePositives, falsePositives, _) => truePositives > 0 ? truePositives / (truePositives + falsePositives) : 0);
}
