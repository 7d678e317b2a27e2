using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The results of an evaluation.</summary>
/// <param name="Loss">The weighted mean loss.</param>
/// <param name="Metrics">The metrics by their names, in the requested order.</param>
internal readonly record struct Measures(double Loss, MetricValues Metrics);
