using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Makes reports of scored rows.</summary>
internal static class ReportWriter
{
    private const int MostTop = 5;

    /// <summary>Of rows that are each of a class.</summary>
    public static ClassificationReport OfClasses(IHost host, IDataView scored, EvaluationOptions options, ScoredTask wanted)
    {
        MetricEvaluation.Validate(host, options, []);
        ScoredColumns columns = ScoredSchema.Find(host, scored.Schema, options, wanted);
        ClassNames classes = columns.Classes!;
        RankedMemory memory = options.NewRankedMemory();
        var metrics = new MetricFold(
            Measurable(MetricsOf(columns), columns), columns, options, memory, MetricEvaluation.ResamplingOf(host, options));
        bool isBinary = wanted == ScoredTask.Binary;
        // The metrics of two classes are those of the positive one; that of the other is no metric of the report, so no samples are drawn.
        var ofNegative = new MetricFold(
            isBinary ? Measurable([new AreaUnderRocCurve { Class = 0 }], columns) : [], columns, options, memory);
        var confusion = new ConfusionFold(columns);
        var table = new ScoredTable(host, scored, columns, options)
        {
            ChecksProbabilities = true,
            OnProbabilityFault = fault => host.Warn(
                nameof(ScoredTable), $"Figures of probabilities are left out of the report: they need probabilities, and {fault}."),
        };
        ScoredMeasurement measured = MetricEvaluation.Measure(table, metrics, confusion, ofNegative);

        var matrix = new ConfusionMatrix(Array.AsReadOnly(classes.Names), confusion.Cells);
        var figures = new MatrixFigures(confusion.Cells);
        return new ClassificationReport
        {
            Metrics = measured.Metrics,
            Rows = measured.Rows,
            LeftOutRows = measured.LeftOutRows,
            LeftOut = measured.LeftOut,
            Classes = [.. classes.Names.Select((name, label) => figures.OfClass(
                name, label, AreaOf(label)))],
            Micro = figures.Average("micro average", Averaging.Micro, double.NaN),
            Macro = figures.Average(
                "macro average", Averaging.Macro,
                measured.Metrics.FirstOrDefault(one => !isBinary && one.Metric is AreaUnderRocCurve)?.Value ?? double.NaN),
            Weighted = figures.Average("weighted average", Averaging.Weighted, double.NaN),
            ConfusionMatrix = matrix,
        };

        double AreaOf(int label) => columns.WidthOf(OutputKind.Ranking) == 0 ? double.NaN
            : isBinary && label == 0 ? ofNegative.ValueOf(0)
            : metrics.ValueOfClass<AreaUnderRocCurve>(label);
    }

    /// <summary>Of rows that have numbers.</summary>
    public static RegressionReport OfNumbers(IHost host, IDataView scored, EvaluationOptions options)
    {
        MetricEvaluation.Validate(host, options, []);
        ScoredColumns columns = ScoredSchema.Find(host, scored.Schema, options, ScoredTask.Regression);
        var metrics = new MetricFold(
            MetricsOfNumbers(columns), columns, options, options.NewRankedMemory(), MetricEvaluation.ResamplingOf(host, options));
        metrics.Validate();
        ScoredMeasurement measured = MetricEvaluation.Measure(new ScoredTable(host, scored, columns, options), metrics);
        return new RegressionReport
        {
            Metrics = measured.Metrics,
            Rows = measured.Rows,
            LeftOutRows = measured.LeftOutRows,
            LeftOut = measured.LeftOut,
        };
    }

    private static IEnumerable<Metric> MetricsOf(ScoredColumns columns)
    {
        // Of two classes the positive one counts; several classes count alike.
        Averaging averaging = columns.Task == ScoredTask.Binary ? Averaging.Binary : Averaging.Macro;
        yield return new Accuracy();
        yield return new ErrorRate();
        yield return new BalancedAccuracy();
        yield return new CohensKappa();
        yield return new MatthewsCorrelation();
        yield return new F1 { Averaging = averaging };
        yield return new AreaUnderRocCurve { Averaging = averaging };
        yield return new AreaUnderPrecisionRecallCurve { Averaging = averaging };
        for (int k = 2; k <= MostTop && k < columns.Classes!.Count; k++)
            yield return new TopKAccuracy { K = k };
        yield return new LogLoss();
        yield return new BrierScore();
        yield return new ExpectedCalibrationError();
    }

    private static IEnumerable<Metric> Measurable(IEnumerable<Metric> metrics, ScoredColumns columns) =>
        metrics.Where(metric => columns.WidthOf(columns.KindFor(metric)) > 0);

    private static IEnumerable<Metric> MetricsOfNumbers(ScoredColumns columns)
    {
        if (columns.WidthOf(OutputKind.Numbers) == columns.Label.TargetWidth)
        {
            yield return new RootMeanSquaredError();
            yield return new MeanAbsoluteError();
            yield return new RSquared();
        }

        if (columns.Task != ScoredTask.Regression)
            yield break;
        DataViewSchema.Column? vector = columns.Quantiles ?? (columns.Score?.Type is VectorDataViewType ? columns.Score : null);
        if (vector is { } quantiles && QuantilesOf(quantiles) is { } shares)
            yield return new PinballLoss { Quantiles = shares };
        if (columns.Bounds is null && vector is null)
            yield break;
        // A single quantile is no interval.
        if (columns.Bounds is null && ((VectorDataViewType)vector!.Value.Type).Size < 2)
            yield break;
        yield return new IntervalCoverage();
        yield return new IntervalWidth();
    }

    // As the names of the slots say; null where they do not.
    private static double[]? QuantilesOf(DataViewSchema.Column column)
    {
        string[]? names = SlotNames.Of(column);
        if (names is null || names.Length != ((VectorDataViewType)column.Type).Size)
            return null;
        var shares = new double[names.Length];
        for (int i = 0; i < shares.Length; i++)
        {
            if (!double.TryParse(names[i], NumberStyles.Float, CultureInfo.InvariantCulture, out shares[i]) || !(shares[i] is > 0 and < 1))
                return null;
        }

        return shares;
    }
}
