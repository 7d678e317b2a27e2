namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>How far a row's outputs are from one of its target's numbers.</summary>
/// <param name="outputs">(outputs).</param>
/// <param name="index">Which number.</param>
/// <param name="target">The number.</param>
internal delegate double TargetError(ReadOnlySpan<float> outputs, int index, double target);
