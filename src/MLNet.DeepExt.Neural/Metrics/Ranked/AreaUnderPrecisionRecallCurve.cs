namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The area under the precision-recall curve, as a sum of steps: Σ_n (R_n - R_(n-1))·P_n, where P_n and R_n are the precision and the
/// recall if the rows with the n-th highest output and above are predicted positive. NaN without positive rows. For several classes or labels it
/// is the mean of their areas, unless <see cref="PerClassMetric.Averaging"/> selects another average.
/// </summary>
/// <remarks>
/// It is more informative than <see cref="AreaUnderRocCurve"/> if positives are rare. Random outputs give the fraction of positives. Rows of equal
/// output are one step. Steps are not connected by lines, which would be too optimistic. With several classes, each class is positive against all
/// others; labels are evaluated separately. With at least one positive row it equals scikit-learn's average_precision_score. Without one,
/// scikit-learn returns 0; here the class is excluded from averages and its value is NaN. It stores the outputs of all rows (5 to 10 bytes for each
/// row and measured class, 12 to 24 with row weights). Source: J. Davis and M. Goadrich, The Relationship Between Precision-Recall and ROC Curves,
/// ICML (2006).
/// </remarks>
public sealed record AreaUnderPrecisionRecallCurve : PerClassMetric
{
    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Ranking;

    private protected override string Figure => "area under precision-recall curve";

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfFigures(outputs, targetWidth);

    internal override Func<Ranking, double> OfRanking => Area;

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => Begin(outputs, targetWidth, Area);

    private static double Area(Ranking ranking)
    {
        (double found, double positives, _) = ranking.Sum(static (positivesAbove, negativesAbove, positives, negatives) =>
            positives * ((positivesAbove + positives) / (positivesAbove + positives + negativesAbove + negatives)));
        return found / positives;
    }
}
