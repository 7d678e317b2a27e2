namespace MLNet.DeepExt.Neural.Training;

/// <summary>An epoch that is the best so far.</summary>
/// <param name="Epoch">The number of the epoch, counted from 1.</param>
/// <param name="Metric">The stopping metric: <c>loss</c>, or the name of a metric.</param>
/// <param name="Value">The value on the validation rows.</param>
/// <param name="Before">The value of the previous best epoch; null for the first one.</param>
public sealed record Improvement(int Epoch, string Metric, double Value, double? Before);
