namespace MLNet.DeepExt.Evaluation;

/// <summary>The values of metrics by segment.</summary>
/// <param name="Values">Of each segment, in the order of names, the values of the metrics in their order.</param>
/// <param name="Faults">(metrics): why each cannot be measured; null if it can.</param>
internal sealed record SegmentMeasurement(IReadOnlyDictionary<string, IReadOnlyList<double>> Values, IReadOnlyList<MetricFault?> Faults);
