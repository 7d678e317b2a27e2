namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>A value of a column, and how many numbers of the column are it.</summary>
/// <param name="Value">The value.</param>
/// <param name="Count">How many, at least 0; see <see cref="QuantileSketch.Values"/>.</param>
public readonly record struct ValueCount(float Value, long Count);
