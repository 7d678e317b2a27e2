using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>A figure of one row; null where the row has nothing to say.</summary>
/// <param name="outputs">(outputs).</param>
/// <param name="target">What they should be.</param>
/// <param name="row">Which row of the target.</param>
internal delegate double? RowFigure(ReadOnlySpan<float> outputs, Target<float> target, int row);
