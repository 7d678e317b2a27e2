using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// A metric of each segment of the dev rows, and the mean of these: Σ w_s·m_s / Σ w_s, with w_s the weight of segment s, 1 where none are
/// given. A segment with few rows counts as much as one with many. NaN where it cannot be measured of a segment.
/// </summary>
public sealed record SegmentAverage : Criterion
{
    /// <summary>Makes it.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="segments">The segments.</param>
    public SegmentAverage(Metric metric, Segments segments)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(segments);
        Metric = metric;
        Segments = segments;
    }

    /// <summary>The metric of each segment.</summary>
    public Metric Metric { get; }

    /// <summary>The segments.</summary>
    public Segments Segments { get; }

    /// <inheritdoc/>
    public override string Name => $"{Metric.Name} averaged over {Segments.ColumnName}";

    /// <inheritdoc/>
    public override bool HigherIsBetter => Metric.HigherIsBetter;

    internal override string Description => $"{Metric.Name} averaged over {Segments}";

    internal override void Ask(ModelMeasurement model) => model.Ask(Metric, Segments.ColumnName);

    internal override double Measure(ModelMeasurement model) => Segments.MeanOf(model.ValuesOf(Metric, Segments.ColumnName));
}
