using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Measures metrics of scored rows, whatever scored them, of all rows or by segment.</summary>
/// <param name="host">Who measures.</param>
/// <param name="scored">The scored rows.</param>
/// <param name="options">How they are evaluated.</param>
internal sealed class MetricEvaluation(IHost host, IDataView scored, EvaluationOptions options)
{
    /// <summary>What the rows must be scored for; null (default) for what they are scored for.</summary>
    public ScoredTask? Task { get; init; }

    /// <summary>
    /// Whether a metric that cannot be measured is left out, and its fault is part of the result. False (default) throws.
    /// </summary>
    public bool AllowsFaults { get; init; }

    /// <summary>Measures metrics of all rows, in their order.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or a metric cannot be measured on such rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be evaluated, or the values of one are not valid.</exception>
    public ScoredMeasurement Measure(IReadOnlyList<Metric> metrics)
    {
        (MetricFold fold, ScoredTable table) = Open(metrics, options, segment: null);
        if (metrics.Count == 0 || fold.CanMeasureAny)
            return Measure(table, fold);
        return new ScoredMeasurement([.. metrics.Select(metric => new MeasuredMetric(metric, double.NaN, Interval: null))], Rows: 0)
        {
            Faults = [.. Enumerable.Range(0, fold.Count).Select(fold.FaultOf)],
        };
    }

    /// <summary>
    /// Measures metrics on the rows of each segment by itself; segments are in the order of their names. Rows without a segment are left
    /// out and counted. There is no bootstrap.
    /// </summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="segmentColumnName">The column that says which segment a row is of: text, a key, a Boolean, a number.</param>
    /// <returns>Of each segment the values of the metrics, in their order; NaN where its rows are too few, or all are left out.</returns>
    /// <exception cref="ArgumentException">As <see cref="Measure(IReadOnlyList{Metric})"/>.</exception>
    public SegmentMeasurement MeasureBySegment(IReadOnlyList<Metric> metrics, string segmentColumnName)
    {
        DataViewSchema.Column segment = scored.Schema.GetColumnOrNull(segmentColumnName)
            ?? throw host.MissingColumn(nameof(scored), "segment", segmentColumnName, scored.Schema);
        if (!TextGetters.Exist(segment.Type))
            throw host.WrongColumnType(nameof(scored), "segment", segment, "text, a key, Boolean or a number", "name another column");
        EvaluationOptions withoutBootstrap = options.Copy();
        withoutBootstrap.Bootstrap = null;
        (MetricFold fold, ScoredTable table) = Open(metrics, withoutBootstrap, segment);
        var segments = new SegmentFold(fold);
        table.Fold(segments);
        return new SegmentMeasurement(
            new OrderedDictionary<string, IReadOnlyList<double>>(table.SegmentNames.Index().OrderBy(at => at.Item, StringComparer.Ordinal)
                .Select(at => KeyValuePair.Create<string, IReadOnlyList<double>>(at.Item, segments.ValuesOf(at.Index)))),
            [.. Enumerable.Range(0, metrics.Count).Select(segments.FaultOf)]);
    }

    /// <summary>
    /// The names of the classes or labels, in the order of the scores; null where labels are numbers, or several labels have no names.
    /// </summary>
    public static IReadOnlyList<string>? ClassNames(IHost host, DataViewSchema scored, EvaluationOptions options)
    {
        Validate(host, options, []);
        ScoredColumns columns = ScoredSchema.Find(host, scored, options);
        return columns.Task == ScoredTask.MultiLabel ? SlotNames.Of(scored[options.LabelColumnName]) : columns.Classes?.Names;
    }

    /// <summary>Folds metrics, their bootstrap if the options ask for one, and more over a table.</summary>
    /// <param name="table">The table, not read.</param>
    /// <param name="metrics">The metrics, without rows.</param>
    /// <param name="beside">What else is folded; nothing of it is bootstrapped.</param>
    public static ScoredMeasurement Measure(ScoredTable table, MetricFold metrics, params IReadOnlyList<ScoredFold> beside)
    {
        BootstrapFold? bootstrap = metrics.Resampling is null ? null : new BootstrapFold(metrics, table.Columns, table.Options);
        // A bootstrap condenses rows as the metrics do, so it comes after them.
        table.Fold([metrics, .. bootstrap is null ? Array.Empty<ScoredFold>() : [bootstrap], .. beside]);
        MetricInterval[]? intervals = bootstrap?.Find(table);
        return new ScoredMeasurement(
            [.. Enumerable.Range(0, metrics.Count).Select(i => new MeasuredMetric(metrics[i], metrics.ValueOf(i), intervals?[i]))], table.Rows)
        {
            Faults = [.. Enumerable.Range(0, metrics.Count).Select(metrics.FaultOf)],
            OnlyClass = table.OnlyClass,
            LeftOutRows = table.LeftOutRows,
            LeftOut = table.LeftOut,
        };
    }

    /// <summary>Throws where options are out of their range, or a metric is null.</summary>
    public static void Validate(IHost host, EvaluationOptions options, IReadOnlyList<Metric> metrics)
    {
        if (options.FindFault() is { } fault)
            throw host.Process(fault.ToException());
        if (metrics.Contains(null!))
            throw host.Process(new ArgumentException("Metrics must not hold null; leave it out.", "metrics"));
    }

    /// <summary>The samples of a bootstrap; null where none is asked for.</summary>
    public static RowResampling? ResamplingOf(IHost host, EvaluationOptions options) => options.Bootstrap is { } bootstrap
        ? new RowResampling(bootstrap.Resamples, new CounterRandom((ulong)(bootstrap.Seed ?? host.Rand.Next())))
        : null;

    private (MetricFold Metrics, ScoredTable Table) Open(
        IReadOnlyList<Metric> metrics, EvaluationOptions evaluated, DataViewSchema.Column? segment)
    {
        Validate(host, evaluated, metrics);
        ScoredColumns columns = ScoredSchema.Find(host, scored.Schema, evaluated, Task, metrics);
        var fold = new MetricFold(metrics, columns, evaluated, evaluated.NewRankedMemory(), ResamplingOf(host, evaluated));
        if (!AllowsFaults)
            fold.Validate();
        Metric? ofProbabilities = fold.OfProbabilities;
        var table = new ScoredTable(host, scored, columns, evaluated)
        {
            Segment = segment,
            ChecksProbabilities = ofProbabilities is not null,
            OnProbabilityFault = AllowsFaults || ofProbabilities is null
                ? null
                : fault => throw host.Process(MetricFold.FaultOfProbabilities(ofProbabilities, fault).ToException()),
        };
        return (fold, table);
    }
}
