using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// The mean of the figures m_s of all segments: Σ w_s·m_s / Σ w_s, with w_s the weight of segment s, 1 where none are given.
/// </summary>
public sealed record SegmentAverage : SegmentCriterion
{
    /// <summary>Makes it.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="segments">The segments.</param>
    public SegmentAverage(Metric metric, Segments segments)
        : base(metric, segments)
    {
    }

    /// <summary>Makes it of a metric of one class.</summary>
    /// <param name="criterion">The metric and its class.</param>
    /// <param name="segments">The segments.</param>
    public SegmentAverage(ClassCriterion criterion, Segments segments)
        : base(criterion, segments)
    {
    }

    /// <inheritdoc/>
    public override string Name => $"{MetricName} averaged over {Segments.ColumnName}";

    internal override string Description => $"{MetricName} averaged over {Segments}";

    private protected override double Of(IReadOnlyDictionary<string, double> figures) => Segments.MeanOf(figures);
}
