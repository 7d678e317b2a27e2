using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Measures several metrics over the same scored rows.</summary>
internal sealed class MetricSet
{
    private readonly ScoredColumns _columns;
    private readonly EvaluationOptions _options;
    private readonly MetricFeed[] _feeds;

    /// <summary>Begins with no rows.</summary>
    /// <exception cref="ArgumentException">A metric cannot be measured on such rows; the message says why.</exception>
    public MetricSet(IEnumerable<Metric> metrics, ScoredColumns columns, EvaluationOptions options)
    {
        _columns = columns;
        _options = options;
        _feeds = [.. metrics.Select(metric => new MetricFeed(metric, columns, options))];
        Sources = [.. _feeds.Select(feed => columns.SourceOf(feed.Kind)!.Value).Distinct()];
    }

    /// <summary>Metrics.</summary>
    public int Count => _feeds.Length;

    /// <summary>What of a row is read.</summary>
    public IReadOnlyList<OutputKind> Sources { get; }

    /// <summary>The first metric that needs probabilities; null for none.</summary>
    public Metric? OfProbabilities => Array.Find(_feeds, feed => feed.Kind == OutputKind.Probabilities)?.Metric;

    /// <summary>Whether metrics of probabilities are left out, and come to NaN.</summary>
    public bool HasNoProbabilities { get; set; }

    /// <summary>A metric.</summary>
    public Metric this[int index] => _feeds[index].Metric;

    /// <summary>Another one of the same metrics, with no rows.</summary>
    public MetricSet Begin() =>
        new(_feeds.Select(feed => feed.Metric), _columns, _options) { HasNoProbabilities = HasNoProbabilities };

    /// <summary>Adds a row.</summary>
    public void Add(ScoredExample row, double weight)
    {
        foreach (MetricFeed feed in _feeds)
        {
            if (!IsLeftOut(feed))
                feed.Add(row, weight);
        }
    }

    /// <summary>What the rows so far come to by a metric; NaN where they are too few to say.</summary>
    public double ValueOf(int index) => IsLeftOut(_feeds[index]) ? double.NaN : _feeds[index].Value;

    /// <summary>What the rows so far come to for a class by the metric of a kind; NaN where they are too few to say.</summary>
    public double ValueOfClass<TMetric>(int label)
        where TMetric : Metric => Array.Find(_feeds, feed => feed.Metric is TMetric)!.ValueOfClass(label);

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        foreach (MetricFeed feed in _feeds)
            feed.Clear();
    }

    private bool IsLeftOut(MetricFeed feed) => HasNoProbabilities && feed.Kind == OutputKind.Probabilities;
}
