using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Computes a value of one row; null if the row has none.</summary>
/// <param name="outputs">(outputs).</param>
/// <param name="target">The targets.</param>
/// <param name="row">The index of the row in the targets.</param>
internal delegate double? RowFigure(ReadOnlySpan<float> outputs, Target<float> target, int row);
