namespace MLNet.DeepExt.Onnx.Graphs;

/// <summary>A setting of a node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">A <see cref="long"/>, a <see cref="float"/>, a <see cref="string"/>, or an array of one of them.</param>
internal sealed record NodeAttribute(string Name, object Value);
