using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Interop.Onnx;

/// <summary>Hands the operators of the engine to the code that has ML.NET write ONNX.</summary>
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

    /// <summary>The value of a column as (rows, values), which in a column of pictures is (rows, height, width, channels).</summary>
    public string Read(DataViewSchema.Column column)
    {
        string value = context.GetVariableName(column.Name);
        return column.Type is VectorDataViewType { Dimensions.Length: > 1, Size: var size and > 0 } ? Reshape(value, [size]) : value;
    }

    /// <summary>Gives a value, (rows, values), the name of a column, and the shape of its type.</summary>
    public void Publish(string value, string columnName, DataViewType type)
    {
        if (type is VectorDataViewType { Dimensions.Length: > 1, IsKnownSize: true } vector)
            value = Reshape(value, [.. vector.Dimensions]);
        context.CreateNode(
            "Identity", value, context.AddIntermediateVariable(type, columnName), context.GetNodeName(Prefix + "Identity"), StandardDomain);
    }

    private string Reshape(string value, ReadOnlySpan<int> sizes)
    {
        var shape = new long[sizes.Length + 1];
        shape[0] = -1; // rows
        for (int i = 0; i < sizes.Length; i++)
            shape[i + 1] = sizes[i];
        return Operator("Reshape", [value, Constant("shape", shape)]);
    }

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
