namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The harmonic mean of precision and recall, F1 = 2·TP / (2·TP + FP + FN), TP, FP and FN being sums of weights: of rows that are of
/// a class and said to be, that are not but said to be, and that are but not said to be.
/// </summary>
/// <remarks>
/// Of a single yes or no it is that of the yes, and of more classes or labels the mean, unless
/// <see cref="PerClassMetric.Averaging"/> says otherwise.
///
/// It is <see cref="FBeta"/> with a β of 1. Of classes, the likeliest one is said; of labels, those above 0.5. As in scikit-learn's
/// f1_score it is 0 where nothing is a yes and nothing is said to be. The micro average over classes is the accuracy.
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
        Begin(outputs, targetWidth, static (right, wrong, missed) => FBeta.Of(1, right, wrong, missed));
}
