using Microsoft.ML.Model.OnnxConverter;
using MLNet.DeepExt.Onnx.Graphs;

namespace MLNet.DeepExt.Onnx.Interop;

/// <summary>A node, as ML.NET's transforms set its attributes.</summary>
internal sealed class GraphNode(Node node) : OnnxNode
{
    public override void AddAttribute(string argName, double value) => Add(argName, (float)value);

    public override void AddAttribute(string argName, long value) => Add(argName, value);

    public override void AddAttribute(string argName, ReadOnlyMemory<char> value) => Add(argName, value.ToString());

    public override void AddAttribute(string argName, string value) => Add(argName, value);

    public override void AddAttribute(string argName, bool value) => Add(argName, value ? 1L : 0L);

    public override void AddAttribute(string argName, Type value) => Add(argName, (long)ElementTypes.Of(value));

    public override void AddAttribute(string argName, IEnumerable<double> value) =>
        Add(argName, value.Select(number => (float)number).ToArray());

    public override void AddAttribute(string argName, IEnumerable<float> value) => Add(argName, value.ToArray());

    public override void AddAttribute(string argName, IEnumerable<long> value) => Add(argName, value.ToArray());

    public override void AddAttribute(string argName, IEnumerable<ReadOnlyMemory<char>> value) =>
        Add(argName, value.Select(text => text.ToString()).ToArray());

    public override void AddAttribute(string argName, string[] value) => Add(argName, value);

    public override void AddAttribute(string argName, IEnumerable<string> value) => Add(argName, value.ToArray());

    public override void AddAttribute(string argName, IEnumerable<bool> value) =>
        Add(argName, value.Select(flag => flag ? 1L : 0L).ToArray());

    private void Add(string name, object value) => node.Attributes.Add(new NodeAttribute(name, value));
}
