namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The F1 score, the harmonic mean of precision and recall: F1 = 2·TP / (2·TP + FP + FN), where TP, FP and FN are the weights of the true
/// positives, the false positives and the false negatives.
/// </summary>
/// <remarks>
/// For a binary label it is the value of the positive class; for more classes or labels the mean, unless
/// <see cref="PerClassMetric.Averaging"/> selects another average.
///
/// It is <see cref="FBeta"/> with β = 1. The predicted class is the most probable one; predicted labels are those above 0.5. As in scikit-learn's
/// f1_score it is 0 without true and predicted positives. The micro average over classes is the accuracy.
/// </remarks>
public sealed record F1 : PerClassMetric
{
    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    private protected override string Figure => "F1";

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfFigures(outputs, targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) =>
        Begin(
            outputs, targetWidth,
            static (truePositives, falsePositives, falseNegatives) => FBeta.Of(1, truePositives, falsePositives, falseNegatives));
}
