namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// Of the rows that are of a class, the weighted share that is said to be: TP / (TP + FN), TP and FN being sums of weights: of rows that
/// are of a class and said to be, and that are but not said to be.
/// </summary>
/// <remarks>
/// Of a single yes or no it is that of the yes, and of more classes or labels the mean, unless
/// <see cref="PerClassMetric.Averaging"/> says otherwise.
///
/// Of classes, the likeliest one is said; of labels, those above 0.5. As in scikit-learn's recall_score it is 0 where no row is a yes,
/// also of a class that no row is of; of a label that is missing in every row it is NaN. The micro and the weighted average over classes
/// are the accuracy; the macro average over the classes that rows are of is <see cref="BalancedAccuracy"/>.
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
        Begin(outputs, targetWidth, static (right, _, missed) => Of(right, missed));

    /// <summary>The figure of one class.</summary>
    internal static double Of(double right, double missed) => right > 0 ? right / (right + missed) : 0;
}
