using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>The least good of the figures of all segments.</summary>
public sealed record WorstSegment : SegmentCriterion
{
    /// <summary>Makes it.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="segments">The segments, without weights.</param>
    public WorstSegment(Metric metric, Segments segments)
        : base(metric, segments)
    {
    }

    /// <summary>Makes it of a metric of one class.</summary>
    /// <param name="criterion">The metric and its class.</param>
    /// <param name="segments">The segments, without weights.</param>
    public WorstSegment(ClassCriterion criterion, Segments segments)
        : base(criterion, segments)
    {
    }

    /// <inheritdoc/>
    public override string Name => $"worst {MetricName} of {Segments.ColumnName}";

    internal override OptionFault? FindFault() => Segments.Weights is null
        ? null
        : new(nameof(Segments), $"Segments of '{Segments.ColumnName}' have weights, but of the worst of them weights say nothing; leave them out.");

    private protected override double Of(IReadOnlyDictionary<string, double> figures) =>
        figures.Values.Aggregate(HigherIsBetter ? double.Min : double.Max); // NaN, if any is
}
