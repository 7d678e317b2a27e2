using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Measures metrics over scored rows, whatever scored them; see <see cref="ScoredPass"/> for how often they are read.</summary>
internal static class ScoredData
{
    /// <summary>Measures metrics, in their order.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or a metric cannot be measured on such rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or one makes no sense.</exception>
    public static IReadOnlyList<MeasuredMetric> Measure(
        IHost host, IDataView scored, IReadOnlyList<Metric> metrics, EvaluationOptions options) =>
        Measure(host, scored, metrics, options, wanted: null);

    /// <summary>The same, of rows that are to be scored for a certain task.</summary>
    public static IReadOnlyList<MeasuredMetric> Measure(
        IHost host, IDataView scored, IReadOnlyList<Metric> metrics, EvaluationOptions options, ScoredTask? wanted) =>
        MeasureWithRows(host, scored, metrics, options, wanted).Metrics;

    /// <summary>The same, and how many rows were judged.</summary>
    public static ScoredMeasurement MeasureWithRows(
        IHost host, IDataView scored, IReadOnlyList<Metric> metrics, EvaluationOptions options) =>
        MeasureWithRows(host, scored, metrics, options, wanted: null);

    /// <summary>The same, of rows that are to be scored for a certain task.</summary>
    public static ScoredMeasurement MeasureWithRows(
        IHost host, IDataView scored, IReadOnlyList<Metric> metrics, EvaluationOptions options, ScoredTask? wanted)
    {
        Require(host, options, metrics);
        ScoredColumns columns = ScoredSchema.Find(host, scored.Schema, options, wanted, metrics);
        var set = new MetricSet(metrics, columns, options, options.NewRankedMemory(), ResamplingOf(host, options));
        return Measure(host, scored, set, columns, options, ThrowerFor(host, set), _ => { });
    }

    /// <summary>Measures what is begun, and tells of every row as well.</summary>
    /// <param name="host">Who measures.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="set">The metrics, without rows.</param>
    /// <param name="columns">What is in the rows.</param>
    /// <param name="options">How they are judged.</param>
    /// <param name="onProbabilityFault">As <see cref="ScoredPass.OnProbabilityFault"/>.</param>
    /// <param name="observe">Is told of every row.</param>
    /// <param name="beside">More metrics, which no bootstrap draws samples for; null for none.</param>
    public static ScoredMeasurement Measure(
        IHost host, IDataView scored, MetricSet set, ScoredColumns columns, EvaluationOptions options, Action<string>? onProbabilityFault,
        Action<ScoredExample> observe, MetricSet? beside = null)
    {
        MetricSet[] sets = beside is null ? [set] : [set, beside];
        var pass = new ScoredPass(host, scored, columns, options) { OnProbabilityFault = onProbabilityFault };
        ScoredRowStore? rows = set.Resampling is null ? null : new ScoredRowStore(columns, set);
        int firstClass = -1;
        bool hasSeveralClasses = !columns.AreClasses;
        pass.Read(row =>
        {
            rows?.Add(row);
            if (firstClass < 0)
                firstClass = row.Class;
            hasSeveralClasses |= row.Class != firstClass;
            foreach (MetricSet one in sets)
                one.Add(row, row.Weight);
            observe(row);
        });
        // Each of them ends its pass, before the question whether one needs the rows again.
        while (sets.Count(one => one.EndPass(host.ThrowIfCancelled)) > 0)
        {
            pass.ReadAgain(row =>
            {
                foreach (MetricSet one in sets)
                    one.AddRanked(row, row.Weight);
            });
        }

        pass.ReportReadings();
        MetricInterval[]? intervals = rows is null
            ? null
            : new BootstrapIntervals(host, rows, columns, set, options.Bootstrap!).Find();
        return new ScoredMeasurement(
            [.. Enumerable.Range(0, set.Count).Select(i => new MeasuredMetric(set[i], set.ValueOf(i), intervals?[i]))], pass.Rows)
        {
            OnlyClass = hasSeveralClasses ? null : columns.Classes?.Names.ElementAtOrDefault(firstClass),
            LeftOutRows = pass.LeftOutRows,
            LeftOut = pass.LeftOut,
        };
    }

    /// <summary>
    /// Measures metrics on the rows of each segment by itself; segments are in the order of their names. Rows without a segment are left
    /// out and counted.
    /// </summary>
    /// <param name="host">Who measures.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="metrics">What is measured.</param>
    /// <param name="options">How; of a bootstrap nothing is seen.</param>
    /// <param name="segmentColumnName">The column that says which segment a row is of: text, a key, a yes or no, a number.</param>
    /// <returns>
    /// For each segment what the metrics come to, in their order; NaN where its rows are too few to say, or all are left out.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// As <see cref="Measure(IHost, IDataView, IReadOnlyList{Metric}, EvaluationOptions)"/>.
    /// </exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<double>> MeasureSegments(
        IHost host, IDataView scored, IReadOnlyList<Metric> metrics, EvaluationOptions options, string segmentColumnName) =>
        MeasureSegments(host, scored, metrics, options, segmentColumnName, wanted: null);

    /// <summary>The same, of rows that are to be scored for a certain task.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<double>> MeasureSegments(
        IHost host, IDataView scored, IReadOnlyList<Metric> metrics, EvaluationOptions options, string segmentColumnName,
        ScoredTask? wanted)
    {
        Require(host, options, metrics);
        options = options.Copy();
        options.Bootstrap = null;
        ScoredColumns columns = ScoredSchema.Find(host, scored.Schema, options, wanted, metrics);
        DataViewSchema.Column segment = scored.Schema.GetColumnOrNull(segmentColumnName)
            ?? throw host.MissingColumn(nameof(scored), "segment", segmentColumnName, scored.Schema);
        if (!TextGetters.Exist(segment.Type))
        {
            throw host.WrongColumnType(
                nameof(scored), "segment", segment, "text, a key, Boolean or a number", "name another column");
        }

        var first = new MetricSet(metrics, columns, options, options.NewRankedMemory());
        var bySegment = new SortedDictionary<string, MetricSet>(StringComparer.Ordinal);
        var pass = new ScoredPass(host, scored, columns, options)
        {
            Segment = segment,
            OnProbabilityFault = ThrowerFor(host, first),
            // A segment whose rows are all left out must not vanish.
            OnSegment = name =>
            {
                if (!bySegment.ContainsKey(name))
                    bySegment.Add(name, first.Begin());
            },
        };
        pass.Read(row => bySegment[row.Segment!].Add(row, row.Weight));
        // Each of them ends its pass, before the question whether one needs the rows again.
        while (bySegment.Values.Count(set => set.EndPass(host.ThrowIfCancelled)) > 0)
            pass.ReadAgain(row => bySegment[row.Segment!].AddRanked(row, row.Weight));
        pass.ReportReadings();
        return new OrderedDictionary<string, IReadOnlyList<double>>(bySegment.Select(pair =>
            KeyValuePair.Create<string, IReadOnlyList<double>>(
                pair.Key, [.. Enumerable.Range(0, metrics.Count).Select(pair.Value.ValueOf)])));
    }

    /// <summary>
    /// What the classes or labels are called, in the order of the scores; null where labels are numbers, or several labels have no names.
    /// </summary>
    public static IReadOnlyList<string>? ClassNames(IHost host, DataViewSchema scored, EvaluationOptions options)
    {
        Require(host, options, []);
        ScoredColumns columns = ScoredSchema.Find(host, scored, options);
        return columns.Task == ScoredTask.MultiLabel ? SlotNames.Of(scored[options.LabelColumnName]) : columns.Classes?.Names;
    }

    /// <summary>Throws where options are out of their range, or a metric is null.</summary>
    public static void Require(IHost host, EvaluationOptions options, IReadOnlyList<Metric> metrics)
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

    // Throws for the first metric that cannot do without probabilities; none to call where there is no such metric.
    private static Action<string>? ThrowerFor(IHost host, MetricSet set) => set.OfProbabilities is { } metric
        ? fault => throw host.Process(new InvalidOperationException(
            $"The metric {metric.Name} cannot be measured: it needs probabilities, and {fault}."))
        : null;
}
