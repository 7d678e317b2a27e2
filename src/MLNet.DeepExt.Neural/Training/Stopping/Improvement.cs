namespace MLNet.DeepExt.Neural.Training;

/// <summary>An epoch that was the best so far.</summary>
/// <param name="Epoch">Its number, counted from 1.</param>
/// <param name="Metric">What training stops by: <c>loss</c>, or the name of a metric.</param>
/// <param name="Value">What was measured on the validation rows.</param>
/// <param name="Before">The value of the best epoch before; null for the first one.</param>
public sealed record Improvement(int Epoch, string Metric, double Value, double? Before);
