using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Benchmarks.Peers.Onnx;

/// <summary>
/// A network of Dense and ReLU as the bytes of an ONNX file, from "x", (rows, inputs), to the probabilities "y", (rows, outputs).
/// </summary>
/// <remarks>The numbers of fields are those of onnx.proto (ONNX 1.13, operator set 13).</remarks>
internal sealed class OnnxModel
{
    private const int IrVersion = 8, OperatorSet = 13, FloatType = 1;

    private readonly ProtobufWriter _graph = new();
    private int _values;
    private string _last = "x";

    private OnnxModel()
    {
    }

    /// <param name="network">A network without anything that only training needs.</param>
    /// <param name="isBinary">Whether its logit becomes a probability by a sigmoid; otherwise they do by a softmax.</param>
    public static byte[] Write(Network<float> network, bool isBinary)
    {
        var model = new OnnxModel();
        Dictionary<string, Slot> slots = network.Parameters.Slots.ToDictionary(slot => slot.Name);
        for (int i = 0; i < network.Spec.Layers.Count; i++)
        {
            if (network.Spec.Layers[i] is Dense)
                model.AddDense(network.Parameters, slots[$"{i}.dense.weight"], slots[$"{i}.dense.bias"]);
            else if (network.Spec.Layers[i] is Relu)
                model.AddNode("Relu", "h");
            else
                throw new NotSupportedException($"there is no {network.Spec.Layers[i]} in a folded network");
        }

        model.AddNode(isBinary ? "Sigmoid" : "Softmax", "y");
        model._graph.Text(2, "network").Message(11, Value("x", network.Spec.Inputs)).Message(12, Value("y", network.Spec.Outputs));
        return new ProtobufWriter()
            .Integer(1, IrVersion)
            .Message(7, model._graph)
            .Message(8, new ProtobufWriter().Integer(2, OperatorSet))
            .ToArray();
    }

    private void AddDense(ParameterStore<float> parameters, Slot weight, Slot bias)
    {
        AddInitializer(weight.Name, parameters.Read(weight), weight.Shape.Rows, weight.Shape.Columns);
        AddInitializer(bias.Name, parameters.Read(bias), bias.Shape.Columns);
        AddNode("Gemm", "h", weight.Name, bias.Name);
    }

    // Reads what the node before wrote.
    private void AddNode(string operation, string output, params string[] constants)
    {
        var node = new ProtobufWriter();
        foreach (string input in constants.Prepend(_last))
            node.Text(1, input);
        _last = output == "y" ? output : FormattableString.Invariant($"{output}{_values++}");
        _graph.Message(1, node.Text(2, _last).Text(4, operation));
    }

    private void AddInitializer(string name, float[] values, params int[] shape)
    {
        var tensor = new ProtobufWriter();
        foreach (int size in shape)
            tensor.Integer(1, size);
        _graph.Message(5, tensor.Integer(2, FloatType).Text(8, name).RawFloats(9, values));
    }

    // (rows, width), with any number of rows.
    private static ProtobufWriter Value(string name, int width)
    {
        ProtobufWriter shape = new ProtobufWriter()
            .Message(1, new ProtobufWriter().Text(2, "rows"))
            .Message(1, new ProtobufWriter().Integer(1, width));
        ProtobufWriter tensor = new ProtobufWriter().Integer(1, FloatType).Message(2, shape);
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }
}
