namespace MLNet.DeepExt.Onnx.Graphs;

/// <summary>An input or an output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Sizes">Its sizes after the number of rows, which is open; 0 where a size is open too.</param>
internal sealed record TensorValue(string Name, ElementType Type, IReadOnlyList<int> Sizes);
