using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>A metric and its value.</summary>
/// <param name="Metric">What was measured.</param>
/// <param name="Value">The value.</param>
public sealed record MeasuredMetric(Metric Metric, double Value);
