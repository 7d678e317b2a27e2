using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>
/// Measures several metrics over the same scored rows. Those of the order of scores share what they keep of rows, which is bounded: rows may
/// have to be added again for them.
/// </summary>
internal sealed class MetricSet
{
    private readonly ScoredColumns _columns;
    private readonly EvaluationOptions _options;
    private readonly MetricFeed[] _feeds;
    private readonly MetricFeed[] _direct; // those that are measured by themselves
    private readonly MetricFeed[] _rankedFeeds;
    private readonly RankedMemory _memory;
    private readonly RankedRows? _ranked;
    private bool _needsRows = true; // for what is ranked

    /// <summary>Begins with no rows.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="columns">What is in the rows.</param>
    /// <param name="options">How they are judged.</param>
    /// <param name="memory">The memory of what is ranked, which sets over the same rows share.</param>
    /// <param name="resampling">The samples on which the metrics are measured as well; null for none.</param>
    /// <exception cref="ArgumentException">
    /// A metric cannot be measured on such rows, or the samples of all metrics are too many; the message says why.
    /// </exception>
    public MetricSet(
        IEnumerable<Metric> metrics, ScoredColumns columns, EvaluationOptions options, RankedMemory memory, RowResampling? resampling = null)
        : this([.. metrics.Select(metric => new MetricFeed(metric, columns, options))], columns, options, memory)
    {
        Resampling = resampling;
        if (Bootstrap.FindFault(resampling?.Samples ?? 0, Count) is { } fault)
            throw fault.ToException();
        if (_rankedFeeds.Length == 0)
            return;
        PerClassMetric[] ranked = [.. _rankedFeeds.Select(feed => (PerClassMetric)feed.Metric)];
        int width = columns.WidthOf(OutputKind.Ranking);
        _ranked = columns.AreClasses
            ? RankedRows.OfClasses(ranked, width, resampling, memory)
            : RankedRows.OfLabels(ranked, width, resampling, memory);
    }

    private MetricSet(MetricFeed[] feeds, ScoredColumns columns, EvaluationOptions options, RankedMemory memory)
    {
        _memory = memory;
        _columns = columns;
        _options = options;
        _feeds = feeds;
        _direct = Array.FindAll(feeds, feed => !feed.IsRanked);
        _rankedFeeds = Array.FindAll(feeds, feed => feed.IsRanked);
        CondensedLength = _direct.Sum(feed => feed.CondensedLength);
        KeptSources = [.. _direct.Where(feed => feed.CondensedLength == 0).Select(feed => columns.SourceOf(feed.Kind)!.Value).Distinct()];
    }

    /// <summary>Metrics.</summary>
    public int Count => _feeds.Length;

    /// <summary>What of a row has to be kept beside its condensed form, where it is to be added again.</summary>
    public IReadOnlyList<OutputKind> KeptSources { get; }

    /// <summary>How many numbers stand for a row in the metrics that need no more of it.</summary>
    public int CondensedLength { get; }

    /// <summary>The samples on which the metrics are measured as well; null for none.</summary>
    public RowResampling? Resampling { get; }

    /// <summary>The first metric that needs probabilities; null for none.</summary>
    public Metric? OfProbabilities => Array.Find(_feeds, feed => feed.Kind == OutputKind.Probabilities)?.Metric;

    /// <summary>Whether metrics of probabilities are left out, and come to NaN.</summary>
    public bool HasNoProbabilities { get; set; }

    /// <summary>A metric.</summary>
    public Metric this[int index] => _feeds[index].Metric;

    /// <summary>Another one of the same metrics, with no rows and no samples.</summary>
    public MetricSet Begin() =>
        new(_feeds.Select(feed => feed.Metric), _columns, _options, _memory) { HasNoProbabilities = HasNoProbabilities };

    /// <summary>Another one with no rows, in which what is ranked is not measured.</summary>
    public MetricSet BeginUnranked()
    {
        MetricFeed[] feeds = [.. _feeds.Select(feed => new MetricFeed(feed.Metric, _columns, _options))];
        return new MetricSet(feeds, _columns, _options, _memory) { HasNoProbabilities = HasNoProbabilities };
    }

    /// <summary>Adds a row.</summary>
    public void Add(ScoredExample row, double weight)
    {
        foreach (MetricFeed feed in _direct)
        {
            if (!IsLeftOut(feed))
                feed.Add(row, weight);
        }

        AddRanked(row, weight);
    }

    /// <summary>Adds a row once more, for what is ranked.</summary>
    public void AddRanked(ScoredExample row, double weight)
    {
        if (_ranked is null || !_needsRows)
            return;
        if (_columns.AreClasses)
            _ranked.Add(row.Outputs(OutputKind.Ranking), row.Class, weight);
        else
            _ranked.Add(row.Outputs(OutputKind.Ranking), row.Targets, weight);
    }

    /// <summary>After all rows: whether they have to be added once more for what is ranked.</summary>
    /// <param name="check">Is called now and then, and may throw.</param>
    public bool EndPass(Action check) => _needsRows = _ranked is not null && _needsRows && _ranked.EndPass(check);

    /// <summary>Writes what stands for a row: (<see cref="CondensedLength"/>).</summary>
    public void Condense(ScoredExample row, Span<double> condensed)
    {
        foreach (MetricFeed feed in _direct)
        {
            if (feed.CondensedLength == 0)
                continue;
            if (!IsLeftOut(feed))
                feed.Condense(row, condensed[..feed.CondensedLength]);
            condensed = condensed[feed.CondensedLength..];
        }
    }

    /// <summary>Adds a row of which some metrics read its condensed form; what is ranked does not see it.</summary>
    public void AddKept(ScoredExample row, ReadOnlySpan<double> condensed, double weight)
    {
        foreach (MetricFeed feed in _direct)
        {
            ReadOnlySpan<double> own = condensed[..feed.CondensedLength];
            condensed = condensed[feed.CondensedLength..];
            if (IsLeftOut(feed))
                continue;
            if (own.IsEmpty)
                feed.Add(row, weight);
            else
                feed.AddCondensed(own, weight);
        }
    }

    /// <summary>Whether a metric is one of those that are ranked.</summary>
    public bool IsRanked(int index) => _feeds[index].IsRanked;

    /// <summary>What the rows come to by a metric; NaN where they are too few to say.</summary>
    public double ValueOf(int index)
    {
        MetricFeed feed = _feeds[index];
        return IsLeftOut(feed) ? double.NaN
            : feed.IsRanked ? _ranked!.ValueOf(Array.IndexOf(_rankedFeeds, feed))
            : feed.Value;
    }

    /// <summary>What a sample comes to by a metric that is ranked; NaN where it is too small to say.</summary>
    public double ValueOfSample(int index, int sample) => _ranked!.ValueOfSample(Array.IndexOf(_rankedFeeds, _feeds[index]), sample);

    /// <summary>What the rows come to for a class by the metric of a kind, which is ranked; NaN where they are too few to say.</summary>
    public double ValueOfClass<TMetric>(int label)
        where TMetric : Metric => _ranked!.ValueOfClass(Array.FindIndex(_rankedFeeds, feed => feed.Metric is TMetric), label);

    /// <summary>Forgets all rows of the metrics that are not ranked.</summary>
    public void Clear()
    {
        foreach (MetricFeed feed in _direct)
            feed.Clear();
    }

    private bool IsLeftOut(MetricFeed feed) => HasNoProbabilities && feed.Kind == OutputKind.Probabilities;
}
