using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Onnx.Graphs;

/// <summary>A graph as it grows: nodes in an order in which they can be run.</summary>
internal sealed class Graph : IOperatorGraph
{
    private readonly HashSet<string> _valueNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);

    public List<TensorValue> Inputs { get; } = [];

    public List<TensorValue> Outputs { get; } = [];

    public List<Node> Nodes { get; } = [];

    public List<Tensor> Constants { get; } = [];

    public bool HasValue(string name) => _valueNames.Contains(name);

    /// <summary>A name for a new value: the wanted one, with a number behind it if it is taken.</summary>
    public string NewValue(string wanted) => Unique(_valueNames, wanted);

    public string NewNode(string wanted) => Unique(_nodeNames, wanted);

    public Node Add(Node node)
    {
        Nodes.Add(node);
        return node;
    }

    public string Add(Tensor constant)
    {
        Constants.Add(constant);
        return constant.Name;
    }

    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Add(Tensor.Of(NewValue(name), values, shape.ToArray()));

    public string Constant(string name, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape) =>
        Add(Tensor.Of(NewValue(name), values, shape.ToArray()));

    public string Constant(string name, params ReadOnlySpan<long> values) => Add(Tensor.Of(NewValue(name), values, [values.Length]));

    public string Operator(string type, IReadOnlyList<string> inputs, IReadOnlyList<OperatorAttribute>? attributes = null, int outputs = 1)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => NewValue(type))];
        Node node = Add(new Node(type, Domain: "", NewNode(type), inputs, names));
        foreach (OperatorAttribute attribute in attributes ?? [])
        {
            object value = attribute.Value is Type element ? (long)ElementTypes.Of(element) : attribute.Value;
            node.Attributes.Add(new NodeAttribute(attribute.Name, value));
        }

        return names[0];
    }

    /// <summary>Makes a value an output, under a separate name.</summary>
    public void Publish(string value, TensorValue output)
    {
        TensorValue named = output with { Name = NewValue(output.Name) };
        Add(new Node("Identity", Domain: "", NewNode("Identity"), [value], [named.Name]));
        Outputs.Add(named);
    }

    /// <summary>Drops nodes, constants and inputs that no output needs.</summary>
    public void Prune()
    {
        HashSet<string> needed = [.. Outputs.Select(output => output.Name)];
        for (int i = Nodes.Count - 1; i >= 0; i--)
        {
            if (Nodes[i].Outputs.Any(needed.Contains))
                needed.UnionWith(Nodes[i].Inputs);
            else
                Nodes.RemoveAt(i);
        }

        Constants.RemoveAll(constant => !needed.Contains(constant.Name));
        Inputs.RemoveAll(input => !needed.Contains(input.Name));
    }

    private static string Unique(HashSet<string> taken, string wanted)
    {
        string name = wanted;
        for (int number = 0; !taken.Add(name); number++)
            name = FormattableString.Invariant($"{wanted}{number}");
        return name;
    }
}
