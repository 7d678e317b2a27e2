namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Computes the error of a row's outputs for one of its targets.</summary>
/// <param name="outputs">(outputs).</param>
/// <param name="index">The index of the target.</param>
/// <param name="target">The value of the target.</param>
internal delegate double TargetError(ReadOnlySpan<float> outputs, int index, double target);
