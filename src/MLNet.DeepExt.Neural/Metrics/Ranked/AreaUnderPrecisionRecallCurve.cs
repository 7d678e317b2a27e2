namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The area under the curve of precision over recall, as a sum of steps: Σ_n (R_n - R_(n-1))·P_n, with P_n and R_n the precision and the
/// recall of saying yes to the rows with the n-th highest output and all above. NaN where no row is a yes. Of several classes or labels it
/// is the mean of their areas, unless <see cref="PerClassMetric.Averaging"/> says otherwise.
/// </summary>
/// <remarks>
/// It tells more than <see cref="AreaUnderRocCurve"/> where a yes is rare. Outputs in no order give the share of yes. Rows of equal output
/// are one step. No line is drawn between the steps, which would promise too much. Of several classes, each one is a yes against all
/// others, and of several labels each by itself. Where some row is a yes, it is scikit-learn's average_precision_score; where none is,
/// that is 0, and here the class is left out of averages and its own figure is NaN. It keeps the outputs of all rows (5 to 10 bytes
/// for each row and class that is measured, 12 to 24 where rows have weights). Source: J. Davis and M. Goadrich, The Relationship Between
/// Precision-Recall and ROC Curves, ICML (2006).
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
        (double found, double yes, _) = ranking.Sum(static (yesAbove, noAbove, yes, no) =>
            yes * ((yesAbove + yes) / (yesAbove + yes + noAbove + no)));
        return found / yes;
    }
}
