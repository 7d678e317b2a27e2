namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The metrics of samples of the rows: for each sample and metric, the average of the classes so far, 24 bytes.</summary>
internal sealed class RankedSamples
{
    private readonly RowResampling _resampling;
    private readonly RankedMetric[] _metrics;
    private readonly ClassAverage[][] _averages; // [metric]: (samples)

    public RankedSamples(RowResampling resampling, RankedMetric[] metrics)
    {
        _resampling = resampling;
        _metrics = metrics;
        _averages = Array.ConvertAll(metrics, metric =>
        {
            var averages = new ClassAverage[resampling.Samples];
            averages.AsSpan().Fill(metric.Begin());
            return averages;
        });
    }

    /// <summary>The number of samples.</summary>
    public int Count => _resampling.Samples;

    /// <summary>Returns the value of a metric on a sample.</summary>
    public double ValueOf(int metric, int sample) => _averages[metric][sample].Value;

    /// <summary>Adds a class to a sample.</summary>
    /// <param name="sample">The index of the sample.</param>
    /// <param name="label">The class.</param>
    /// <param name="rows">The rows in the order of the class.</param>
    /// <param name="times">(rows): receives the number of draws of each row.</param>
    /// <param name="ranking">A work area.</param>
    public void Add(int sample, int label, OrderedRows rows, Span<int> times, Ranking ranking)
    {
        _resampling.Draw(sample, times);
        double support = rows.Fill(times, ranking);
        for (int i = 0; i < _metrics.Length; i++)
        {
            if (_metrics[i].Asks(label))
                _averages[i][sample].Add(_metrics[i].Figure(ranking), support);
        }
    }
}
