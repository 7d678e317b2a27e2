namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The chance that of two rows, one of class 1 and one of class 0, drawn by their weights, the one of class 1 has the higher output;
/// equal outputs count half. It is the area under the curve of true over false positives, and NaN where a class has no rows.
/// </summary>
/// <remarks>
/// Of several classes, each one is class 1 against all others, and of several labels each by itself; one that all rows are of, or none,
/// is left out of averages, as in scikit-learn's roc_auc_score(multi_class="ovr"). It keeps the outputs of all rows (12 bytes for each
/// class that is measured) and is exact. Source: J. A. Hanley and B. J. McNeil, The Meaning and Use of the Area under a Receiver
/// Operating Characteristic (ROC) Curve, Radiology 143 (1982).
/// </remarks>
public sealed record AreaUnderRocCurve : PerClassMetric
{
    /// <summary>Of a single yes or no, until <see cref="PerClassMetric.Averaging"/> says otherwise.</summary>
    public AreaUnderRocCurve() => Averaging = Averaging.Binary;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Ranking;

    private protected override string Figure => "area under ROC curve";

    internal override string? FaultOf(int outputs, int targetWidth) => FaultOfFigures(outputs, targetWidth);

    internal override Measurement Begin(int outputs, int targetWidth) => Begin(outputs, targetWidth, static ranking =>
    {
        (double ordered, double yes, double no) = ranking.Sum(static (yesAbove, _, yes, no) => no * (yesAbove + yes / 2));
        return ordered / (yes * no);
    });
}
