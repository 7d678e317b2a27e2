using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// A metric of each segment of the dev rows, and the mean of these: Σ w_s·m_s / Σ w_s, with w_s the weight of segment s, 1 where none are
/// given. A segment with few rows counts as much as one with many. NaN where it cannot be measured of a segment.
/// </summary>
public sealed record SegmentAverage : Criterion
{
    private readonly ClassCriterion? _ofClass;

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

    /// <summary>Makes it of a metric of one class.</summary>
    /// <param name="criterion">The metric and its class.</param>
    /// <param name="segments">The segments.</param>
    public SegmentAverage(ClassCriterion criterion, Segments segments)
        : this((criterion ?? throw new ArgumentNullException(nameof(criterion))).Metric, segments)
    {
        _ofClass = criterion;
    }

    /// <summary>The metric of each segment.</summary>
    public Metric Metric { get; }

    /// <summary>The class that the metric is of; null where it is none that has a name.</summary>
    public string? ClassName => _ofClass?.ClassName;

    /// <summary>The segments.</summary>
    public Segments Segments { get; }

    /// <inheritdoc/>
    public override string Name => $"{MetricName} averaged over {Segments.ColumnName}";

    /// <inheritdoc/>
    public override bool HigherIsBetter => Metric.HigherIsBetter;

    internal override string Description => $"{MetricName} averaged over {Segments}";

    internal override string? FindFault(EvaluationOptions options) => FaultOf(Metric, options);

    internal override void Ask(ModelMeasurement model) => model.Ask(In(model), Segments.ColumnName);

    internal override double Measure(ModelMeasurement model) => Segments.MeanOf(model.ValuesOf(In(model), Segments.ColumnName));

    private string MetricName => _ofClass?.Name ?? Metric.Name;

    private Metric In(ModelMeasurement model) => _ofClass?.In(model) ?? Metric;
}
