using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// A metric of each segment of the dev rows, and the least good of these. NaN where it cannot be measured of a segment.
/// </summary>
public sealed record WorstSegment : Criterion
{
    private readonly ClassCriterion? _ofClass;

    /// <summary>Makes it.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="segments">The segments, without weights.</param>
    public WorstSegment(Metric metric, Segments segments)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(segments);
        Metric = metric;
        Segments = segments;
    }

    /// <summary>Makes it of a metric of one class.</summary>
    /// <param name="criterion">The metric and its class.</param>
    /// <param name="segments">The segments, without weights.</param>
    public WorstSegment(ClassCriterion criterion, Segments segments)
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
    public override string Name => $"worst {MetricName} of {Segments.ColumnName}";

    /// <inheritdoc/>
    public override bool HigherIsBetter => Metric.HigherIsBetter;

    internal override string? FindFault() => Segments.Weights is null
        ? null
        : $"Segments of '{Segments.ColumnName}' have weights, but of the worst of them weights say nothing; leave them out.";

    internal override string? FindFault(EvaluationOptions options) => FaultOf(Metric, options);

    internal override void Ask(ModelMeasurement model) => model.Ask(In(model), Segments.ColumnName);

    internal override double Measure(ModelMeasurement model)
    {
        IEnumerable<double> figures = model.ValuesOf(In(model), Segments.ColumnName).Values;
        return figures.Aggregate(HigherIsBetter ? double.Min : double.Max); // NaN, if any is
    }

    private string MetricName => _ofClass?.Name ?? Metric.Name;

    private Metric In(ModelMeasurement model) => _ofClass?.In(model) ?? Metric;
}
