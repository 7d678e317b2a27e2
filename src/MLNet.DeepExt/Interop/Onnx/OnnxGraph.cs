using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Interop.Onnx;

/// <summary>Hands the operators of the engine to whoever has ML.NET write ONNX.</summary>
internal sealed class OnnxGraph(OnnxContext context) : IOperatorGraph
{
    // Of ML.NET, "" is ONNX's own set of operators and null that for machine learning.
    private const string StandardDomain = "";

    // The names that both kinds of files come with have this before them, so that no column of a user is called alike.
    private const string Prefix = "DeepExt.";

    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        context.AddInitializer(values.ToArray(), shape.ToArray(), Prefix + name);

    public string Constant(string name, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape) =>
        context.AddInitializer(values.ToArray(), shape.ToArray(), Prefix + name);

    public string Constant(string name, params ReadOnlySpan<long> values) =>
        context.AddInitializer(values.ToArray(), [values.Length], Prefix + name);

    public string Operator(string type, IReadOnlyList<string> inputs, IReadOnlyList<OperatorAttribute>? attributes = null, int outputs = 1)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => context.AddIntermediateVariable(null, Prefix + type, skip: true))];
        OnnxNode node = context.CreateNode(type, inputs, names, context.GetNodeName(Prefix + type), StandardDomain);
        foreach (OperatorAttribute attribute in attributes ?? [])
            Add(node, attribute);
        return names[0];
    }

    /// <summary>Gives a value the name of a column.</summary>
    public void Publish(string value, string columnName, DataViewType type) => context.CreateNode(
        "Identity", value, context.AddIntermediateVariable(type, columnName), context.GetNodeName(Prefix + "Identity"), StandardDomain);

    private static void Add(OnnxNode node, OperatorAttribute attribute)
    {
        if (attribute.Value is long integer)
            node.AddAttribute(attribute.Name, integer);
        else if (attribute.Value is float number)
            node.AddAttribute(attribute.Name, (double)number);
        else
            node.AddAttribute(attribute.Name, (Type)attribute.Value);
    }
}
