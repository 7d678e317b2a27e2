namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// Of the rows that are said to be of a class, the weighted share that is: TP / (TP + FP), TP and FP being sums of weights: of rows that
/// are of a class and said to be, and that are not but said to be.
/// </summary>
/// <remarks>
/// Of a single yes or no it is that of the yes, and of more classes or labels the mean, unless
/// <see cref="PerClassMetric.Averaging"/> says otherwise.
///
/// Of classes, the likeliest one is said; of labels, those above 0.5. As in scikit-learn's precision_score it is 0 where nothing is said
/// to be a yes, also of a class that no row is of; of a label that is missing in every row it is NaN. The micro average over classes is
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
        Begin(outputs, targetWidth, static (right, wrong, _) => right > 0 ? right / (right + wrong) : 0);
}
