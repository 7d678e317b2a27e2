namespace MLNet.DeepExt.Evaluation;

/// <summary>Measures metrics on the rows of each segment by itself. It holds the metrics of every segment, not the rows.</summary>
/// <param name="metrics">The metrics, without rows; those of each segment begin from them.</param>
internal sealed class SegmentFold(MetricFold metrics) : ScoredFold
{
    private readonly List<MetricFold> _segments = []; // by place

    public override void Add(ScoredBlock block)
    {
        for (int row = 0; row < block.Count; row++)
            Segment(block.Segments[row]).Add(block, row);
    }

    public override bool EndPass(ScoredTable table)
    {
        // A segment whose rows are all left out must not vanish.
        Reserve(table.SegmentNames.Count);
        // Every segment ends its pass, before the question whether one needs the rows again.
        return _segments.Count(segment => segment.EndPass(table)) > 0;
    }

    /// <summary>Of a segment, the values of all metrics; NaN where one cannot be measured.</summary>
    /// <param name="place">Its place in <see cref="ScoredTable.SegmentNames"/>.</param>
    public double[] ValuesOf(int place) => [.. Enumerable.Range(0, metrics.Count).Select(_segments[place].ValueOf)];

    /// <summary>Why a metric cannot be measured; null if it can.</summary>
    public MetricFault? FaultOf(int index) => metrics.FaultOf(index)
        ?? _segments.Select(segment => segment.FaultOf(index)).FirstOrDefault(fault => fault is not null);

    private MetricFold Segment(int place)
    {
        Reserve(place + 1);
        return _segments[place];
    }

    private void Reserve(int count)
    {
        while (_segments.Count < count)
            _segments.Add(metrics.Begin());
    }
}
