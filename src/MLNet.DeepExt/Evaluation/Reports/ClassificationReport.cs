using System.Globalization;
using System.Text;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>How well rows are classified: metrics of all rows and of each class, and which classes are predicted as which.</summary>
/// <remarks>
/// Rows count by their weight. Figures of probabilities are NaN where there are none, and those of ranks where there are no scores; what is
/// printed leaves them out. What is predicted that is none of the classes is wrong; in averages it is a class more, of which no row is.
/// </remarks>
public sealed class ClassificationReport
{
    private const int ColumnWidth = 11;

    internal ClassificationReport()
    {
    }

    /// <summary>The rows that were judged: those whose weight is above 0 and that were not left out.</summary>
    public required long Rows { get; init; }

    /// <summary>
    /// The rows that could not be judged, of which a warning says why: those without a label, a weight or scores. Rows of weight 0 are not
    /// among them.
    /// </summary>
    public required long LeftOutRows { get; init; }

    /// <summary>As <see cref="ScoredMeasurement.LeftOut"/>.</summary>
    internal string? LeftOut { get; init; }

    /// <summary>All figures of all rows, with their intervals where a bootstrap was asked for.</summary>
    public required IReadOnlyList<MeasuredMetric> Metrics { get; init; }

    /// <summary>The figures of each class, in the order of the scores.</summary>
    public required IReadOnlyList<ClassReport> Classes { get; init; }

    /// <summary>The figures of the rows of all classes together: each is the accuracy.</summary>
    public required ClassReport Micro { get; init; }

    /// <summary>The mean of the figures of all classes, a rare one counting as much as a frequent one.</summary>
    public required ClassReport Macro { get; init; }

    /// <summary>The mean of the figures of all classes by their support.</summary>
    public required ClassReport Weighted { get; init; }

    /// <summary>How much of each class is predicted as which class.</summary>
    public required ConfusionMatrix ConfusionMatrix { get; init; }

    /// <summary>Σ w·1{ŷ = y} / Σ w: the share of rows that are right.</summary>
    public double Accuracy => Of<Accuracy>();

    /// <summary>Σ w·1{ŷ ≠ y} / Σ w: the share of rows that are wrong.</summary>
    public double ErrorRate => Of<ErrorRate>();

    /// <summary>The mean of the recalls of the classes that have rows.</summary>
    public double BalancedAccuracy => Of<BalancedAccuracy>();

    /// <summary>Agreement beyond chance: 1 at best, 0 for what chance would give.</summary>
    public double CohensKappa => Of<CohensKappa>();

    /// <summary>The correlation of true and predicted classes: 1 at best, 0 for chance.</summary>
    public double MatthewsCorrelation => Of<MatthewsCorrelation>();

    /// <summary>The mean of -log p of the class that is right; NaN where there are no probabilities.</summary>
    public double LogLoss => Of<LogLoss>();

    /// <summary>The mean squared error of the probabilities; NaN where there are none.</summary>
    public double BrierScore => Of<BrierScore>();

    /// <summary>How far probabilities are from how often they hold; NaN where there are none.</summary>
    public double ExpectedCalibrationError => Of<ExpectedCalibrationError>();

    /// <summary>
    /// The chance that a row of a class is ranked above one of another: of a yes, or the mean over several classes; NaN where there are no
    /// scores, or where no row is of a class, or all are.
    /// </summary>
    public double AreaUnderRocCurve => Of<AreaUnderRocCurve>();

    /// <summary>
    /// The average precision over all thresholds: of a yes, or the mean over several classes; NaN where there are no scores.
    /// </summary>
    public double AreaUnderPrecisionRecallCurve => Of<AreaUnderPrecisionRecallCurve>();

    /// <summary>The share of rows whose class is among the <paramref name="k"/> of the highest scores.</summary>
    /// <param name="k">From 2 to 5, and less than there are classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">It was not measured for this number.</exception>
    public double TopKAccuracy(int k) =>
        Metrics.FirstOrDefault(measured => measured.Metric is TopKAccuracy top && top.K == k)?.Value
        ?? throw new ArgumentOutOfRangeException(nameof(k), string.Create(
            CultureInfo.InvariantCulture,
            $"k must be from 2 to 5, less than there are classes, {Classes.Count}, and there must be scores, but it is {k}; " +
            $"measure TopKAccuracy."));

    /// <summary>A table of the classes and averages, then all figures with their intervals, and what rows were left out.</summary>
    public override string ToString()
    {
        ClassReport[] lines = [.. Classes, Micro, Macro, Weighted];
        int width = lines.Max(line => line.Name.Length);
        var text = new StringBuilder();
        text.AppendLine(Line("", "precision", "recall", "F1", "support", "AUC"));
        for (int i = 0; i < lines.Length; i++)
        {
            if (i == Classes.Count)
                text.AppendLine();
            ClassReport line = lines[i];
            text.AppendLine(Line(
                line.Name, Figures.OfShare(line.Precision), Figures.OfShare(line.Recall), Figures.OfShare(line.F1),
                Figures.OfWeight(line.Support), double.IsNaN(line.AreaUnderRocCurve) ? "" : Figures.OfShare(line.AreaUnderRocCurve)));
        }

        text.AppendLine();
        MetricLines.Append(text, Metrics, LeftOut);
        return text.ToString();

        string Line(string name, params ReadOnlySpan<string> figures)
        {
            var one = new StringBuilder(name.PadRight(width));
            foreach (string figure in figures)
                one.Append(figure.PadLeft(ColumnWidth));
            return one.ToString().TrimEnd();
        }
    }

    private double Of<TMetric>()
        where TMetric : Metric => Metrics.FirstOrDefault(measured => measured.Metric is TMetric)?.Value ?? double.NaN;
}
