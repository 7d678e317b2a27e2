namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The recall: the weighted fraction of the rows of a class that are predicted as this class: TP / (TP + FN), where TP and FN are the weights of the
/// true positives and the false negatives.
/// </summary>
/// <remarks>
/// For a binary label it is the value of the positive class; for more classes or labels the mean, unless
/// <see cref="PerClassMetric.Averaging"/> selects another average.
///
/// The predicted class is the most probable one; predicted labels are those above 0.5. As in scikit-learn's recall_score it is 0 without positive
/// rows, also for a class without rows; for a label that is missing in every row it is NaN. The micro and the weighted average over classes are the
/// accuracy; the macro average over the classes that have rows is <see cref="BalancedAccuracy"/>.
/// </remarks>
public sealed record Recall : PerClassMetric
{
    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    private protected override string Figure => "recall";

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfFigures(outputs, targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) =>
        Begin(outputs, targetWidth, static (truePositives, _, falseNegatives) => Of(truePositives, falseNegatives));

    /// <summary>Computes the value of one class.</summary>
    internal static double Of(double truePositives, double falseNegatives) =>
        truePositives > 0 ? truePositives / (truePositives + falseNegatives) : 0;
}
