using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// One number out of a metric of each segment of the dev rows. A segment with few rows counts as much as one with many. NaN where it cannot be
/// measured of a segment.
/// </summary>
public abstract record SegmentCriterion : Criterion
{
    private readonly ClassCriterion? _ofClass;

    private protected SegmentCriterion(Metric metric, Segments segments)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(segments);
        Metric = metric;
        Segments = segments;
    }

    private protected SegmentCriterion(ClassCriterion criterion, Segments segments)
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
    public sealed override bool HigherIsBetter => Metric.HigherIsBetter;

    /// <summary>What the figure of one segment is called.</summary>
    private protected string MetricName => _ofClass?.Name ?? Metric.Name;

    internal sealed override (double Minimum, double Maximum) ValueRange => Metric.ValueRange;

    internal sealed override OptionFault? FindFault(EvaluationOptions options) => FaultOf(Metric, options);

    internal sealed override void Ask(ModelMeasurement model) => model.Ask(In(model), Segments.ColumnName);

    internal sealed override double Measure(ModelMeasurement model) => Of(model.ValuesOf(In(model), Segments.ColumnName));

    /// <summary>The number, out of the figures by the names of their segments.</summary>
    private protected abstract double Of(IReadOnlyDictionary<string, double> figures);

    private Metric In(ModelMeasurement model) => _ofClass?.In(model) ?? Metric;
}
