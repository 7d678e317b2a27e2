namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The probability that a random positive row has a higher output than a random negative row (drawn by their weights);
/// equal outputs count half. It is the area under the curve of true over false positive rates, and NaN if a class has no rows. For several
/// classes or labels it is the mean of their areas, unless <see cref="PerClassMetric.Averaging"/> selects another average.
/// </summary>
/// <remarks>
/// With several classes, each class is positive against all others; labels are evaluated separately. If every class has positive
/// and negative rows, averages equal scikit-learn's roc_auc_score, for classes with multi_class="ovr". If a class has not,
/// scikit-learn returns no average; here the class is excluded. Outputs need not sum to 1. It stores the outputs of all rows (5 to 10 bytes for each
/// row and measured class, 12 to 24 with row weights), without binning. Source: J. A. Hanley and B. J. McNeil, The
/// Meaning and Use of the Area under a Receiver Operating Characteristic (ROC) Curve, Radiology 143 (1982).
/// </remarks>
public sealed record AreaUnderRocCurve : PerClassMetric
{
    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Ranking;

    private protected override string Figure => "area under ROC curve";

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfFigures(outputs, targetWidth);

    internal override Func<Ranking, double> OfRanking => Area;

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => Begin(outputs, targetWidth, Area);

    private static double Area(Ranking ranking)
    {
        (double ordered, double positives, double negatives) = ranking.Sum(
            static (positivesAbove, _, positives, negatives) => negatives * (positivesAbove + positives / 2));
        return ordered / (positives * negatives);
    }
}
