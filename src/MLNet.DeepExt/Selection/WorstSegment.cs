using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// A metric of each segment of the dev rows, and the least good of these. NaN where it cannot be measured of a segment.
/// </summary>
public sealed record WorstSegment : Criterion
{
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

    /// <summary>The metric of each segment.</summary>
    public Metric Metric { get; }

    /// <summary>The segments.</summary>
    public Segments Segments { get; }

    /// <inheritdoc/>
    public override string Name => $"worst {Metric.Name} of {Segments.ColumnName}";

    /// <inheritdoc/>
    public override bool HigherIsBetter => Metric.HigherIsBetter;

    internal override string? FindFault() => Segments.Weights is null
        ? null
        : $"Segments of '{Segments.ColumnName}' have weights, but of the worst of them weights say nothing; leave them out.";

    internal override void Ask(ModelMeasurement model) => model.Ask(Metric, Segments.ColumnName);

    internal override double Measure(ModelMeasurement model)
    {
        IEnumerable<double> figures = model.ValuesOf(Metric, Segments.ColumnName).Values;
        return figures.Aggregate(HigherIsBetter ? double.Min : double.Max); // NaN, if any is
    }
}
