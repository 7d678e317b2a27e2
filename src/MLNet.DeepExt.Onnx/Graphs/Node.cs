namespace MLNet.DeepExt.Onnx.Graphs;

/// <summary>An operator with the names of what it reads and writes.</summary>
/// <param name="Operator">The name of the operator.</param>
/// <param name="Domain">The set of operators that has it; empty for ONNX's own.</param>
/// <param name="Name">The name of the node.</param>
/// <param name="Inputs">What it reads; an empty name for an optional input that is left out.</param>
/// <param name="Outputs">What it writes.</param>
internal sealed record Node(string Operator, string Domain, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    public List<NodeAttribute> Attributes { get; } = [];
}
