namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The chance that of two rows, one of class 1 and one of class 0, drawn by their weights, the one of class 1 has the higher output;
/// equal outputs count half. It is the area under the curve of true over false positives, and NaN where a class has no rows. Of several
/// classes or labels it is the mean of their areas, unless <see cref="PerClassMetric.Averaging"/> says otherwise.
/// </summary>
/// <remarks>
/// Of several classes, each one is class 1 against all others, and of several labels each by itself. Where every class has rows that are
/// of it and rows that are not, averages are those of scikit-learn's roc_auc_score, of classes with multi_class="ovr". Where one has not,
/// that gives no average; here the class is left out. Nor need outputs sum to 1. It keeps the outputs of all rows (5 to 10 bytes for each
/// row and class that is measured, 12 to 24 where rows have weights); none is put into a bin. Source: J. A. Hanley and B. J. McNeil, The
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
        (double ordered, double yes, double no) = ranking.Sum(static (yesAbove, _, yes, no) => no * (yesAbove + yes / 2));
        return ordered / (yes * no);
    }
}
