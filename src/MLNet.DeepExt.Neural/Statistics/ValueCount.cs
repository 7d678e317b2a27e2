namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>A value of a column and its count.</summary>
/// <param name="Value">The value.</param>
/// <param name="Count">The count, at least 0; see <see cref="QuantileSketch.Values"/>.</param>
public readonly record struct ValueCount(float Value, long Count);
