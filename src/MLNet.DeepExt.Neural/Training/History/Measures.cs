using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>What an evaluation measures.</summary>
/// <param name="Loss">The weighted mean loss.</param>
/// <param name="Metrics">The metrics by their names, in the order in which they were asked for.</param>
internal readonly record struct Measures(double Loss, MetricValues Metrics);
