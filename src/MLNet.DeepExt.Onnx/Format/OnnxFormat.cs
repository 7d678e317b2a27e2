using System.Reflection;
using MLNet.DeepExt.Onnx.Graphs;

namespace MLNet.DeepExt.Onnx.Format;

/// <summary>A graph as the bytes of an ONNX model. The numbers of fields are those of onnx.proto3 (ONNX 1.7).</summary>
internal static class OnnxFormat
{
    /// <summary>The operators that ML.NET's transforms emit change their meaning after this set.</summary>
    public const int OperatorSet = 12;

    // Those of machine learning, and of ONNX Runtime beside the standard, which ML.NET's text transforms use.
    private static readonly (string Domain, int Version)[] OperatorSets = [("", OperatorSet), ("ai.onnx.ml", 2), ("com.microsoft", 1)];

    private const int IrVersion = 7;
    private const string RowsDimension = "rows";

    private static string Version => typeof(OnnxFormat).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+')[0];

    public static byte[] Write(Graph graph) => new ProtobufMessage()
        .Integer(1, IrVersion)
        .Text(2, "MLNet.DeepExt")
        .Text(3, Version)
        .Message(7, Message(graph))
        .Each(SetsOf(graph), (model, set) => model.Message(8, new ProtobufMessage().Text(1, set.Domain).Integer(2, set.Version)))
        .ToArray();

    private static IEnumerable<(string Domain, int Version)> SetsOf(Graph graph) =>
        OperatorSets.Where(set => set.Domain.Length == 0 || graph.Nodes.Any(node => node.Domain == set.Domain));

    private static ProtobufMessage Message(Graph graph) => new ProtobufMessage()
        .Each(graph.Nodes, (message, node) => message.Message(1, Message(node)))
        .Text(2, "model")
        .Each(graph.Constants, (message, constant) => message.Message(5, Message(constant)))
        .Each(graph.Inputs, (message, input) => message.Message(11, Message(input)))
        .Each(graph.Outputs, (message, output) => message.Message(12, Message(output)));

    private static ProtobufMessage Message(Node node) => new ProtobufMessage()
        .Each(node.Inputs, (message, input) => message.Text(1, input))
        .Each(node.Outputs, (message, output) => message.Text(2, output))
        .Text(3, node.Name)
        .Text(4, node.Operator)
        .Each(node.Attributes, (message, attribute) => message.Message(5, Message(attribute)))
        .Text(7, node.Domain);

    private static ProtobufMessage Message(NodeAttribute attribute)
    {
        ProtobufMessage message = new ProtobufMessage().Text(1, attribute.Name);
        return attribute.Value switch
        {
            float number => message.Float(2, number).Integer(20, 1),
            long integer => message.Integer(3, integer).Integer(20, 2),
            string text => message.Text(4, text).Integer(20, 3),
            float[] numbers => message.Each(numbers, (to, number) => to.Float(7, number)).Integer(20, 6),
            long[] integers => message.Each(integers, (to, integer) => to.Integer(8, integer)).Integer(20, 7),
            string[] texts => message.Each(texts, (to, text) => to.Text(9, text)).Integer(20, 8),
            _ => throw new ArgumentException(
                $"Attribute '{attribute.Name}' is of type {attribute.Value.GetType()}, which ONNX does not have.", nameof(attribute)),
        };
    }

    private static ProtobufMessage Message(Tensor tensor)
    {
        ProtobufMessage message = new ProtobufMessage()
            .Each(tensor.Shape, (to, size) => to.Integer(1, size))
            .Integer(2, (int)tensor.Type)
            .Each(tensor.Texts, (to, text) => to.Text(6, text))
            .Text(8, tensor.Name);
        return tensor.Type == ElementType.Text ? message : message.Bytes(9, tensor.Bytes);
    }

    private static ProtobufMessage Message(TensorValue value)
    {
        ProtobufMessage shape = new ProtobufMessage()
            .Message(1, new ProtobufMessage().Text(2, RowsDimension))
            .Each(value.Sizes, (message, size) => message.Message(1, size > 0 ? new ProtobufMessage().Integer(1, size) : new ProtobufMessage()));
        ProtobufMessage tensor = new ProtobufMessage().Integer(1, (int)value.Type).Message(2, shape);
        return new ProtobufMessage().Text(1, value.Name).Message(2, new ProtobufMessage().Message(1, tensor));
    }
}
