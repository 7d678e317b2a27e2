namespace MLNet.DeepExt.Evaluation;

/// <summary>The values of metrics, and the number of rows that they were measured on.</summary>
/// <param name="Metrics">The metrics, in their order.</param>
/// <param name="Rows">The rows that were evaluated: those whose weight is above 0 and that were not left out.</param>
internal sealed record ScoredMeasurement(IReadOnlyList<MeasuredMetric> Metrics, long Rows)
{
    /// <summary>(metrics): why each cannot be measured; null if it can.</summary>
    public required IReadOnlyList<MetricFault?> Faults { get; init; }

    /// <summary>The name of the class that all evaluated rows are of; null where there are several, or labels are not classes.</summary>
    public string? OnlyClass { get; init; }

    /// <summary>The rows that could not be evaluated.</summary>
    public long LeftOutRows { get; init; }

    /// <summary>How many of how many rows were left out and why, such as "2 of 8 rows (2 without a label)"; null for none.</summary>
    public string? LeftOut { get; init; }
}
