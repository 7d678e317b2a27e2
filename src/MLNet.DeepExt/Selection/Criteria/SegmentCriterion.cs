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

    internal sealed override void Ask(ModelMeasurement model)
    {
        if (FindMetric(model, out Metric metric) is null)
            model.Ask(metric, Segments.ColumnName);
    }

    internal sealed override MeasuredFigure Measure(ModelMeasurement model)
    {
        if (FindMetric(model, out Metric metric) is { } unknownClass)
            return MeasuredFigure.Failed(unknownClass);
        IReadOnlyDictionary<string, double> figures = model.SegmentsOf(metric, Segments.ColumnName, out MeasurementFailure? failure);
        if (failure is not null)
            return MeasuredFigure.Failed(failure);
        return Segments.FindFault(figures.Keys) is { } fault
            ? MeasuredFigure.Failed(MeasurementFailure.Of(new InvalidOperationException(fault)))
            : new MeasuredFigure(Of(figures));
    }

    /// <summary>The number, out of the figures by the names of their segments.</summary>
    private protected abstract double Of(IReadOnlyDictionary<string, double> figures);

    // The metric, at the place of its class; returns why there is no such class.
    private MeasurementFailure? FindMetric(ModelMeasurement model, out Metric metric)
    {
        metric = Metric;
        MeasurementFailure? failure = null;
        _ofClass?.TryFind(model, out metric, out failure);
        return failure;
    }
}
