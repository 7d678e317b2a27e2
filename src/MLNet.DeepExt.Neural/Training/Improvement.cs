namespace MLNet.DeepExt.Neural.Training;

/// <summary>An epoch that was the best so far.</summary>
/// <param name="Epoch">Its number, counted from 1.</param>
/// <param name="Metric">What training stops by: <c>loss</c>, or the name of a metric.</param>
/// <param name="Value">What the validation rows came to.</param>
/// <param name="Before">What the best epoch before came to; null for the first one.</param>
public sealed record Improvement(int Epoch, string Metric, double Value, double? Before);
