using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Onnx.Format;
using MLNet.DeepExt.Onnx.Graphs;

namespace MLNet.DeepExt.Onnx;

/// <summary>Writes networks of the engine as ONNX, without a pipeline of ML.NET around them.</summary>
public static class PredictorOnnxExtensions
{
    /// <summary>
    /// Writes what a predictor computes as an ONNX model: of the input <c>x</c>, (rows, inputs), the output <c>y</c>, (rows, outputs).
    /// </summary>
    /// <param name="predictor">The predictor.</param>
    /// <param name="stream">Where to.</param>
    public static void ExportOnnx(this Predictor predictor, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentNullException.ThrowIfNull(stream);
        var graph = new Graph();
        string x = graph.NewValue("x");
        graph.Inputs.Add(new TensorValue(x, ElementType.Float, [predictor.Inputs]));
        graph.Publish(predictor.Emit(graph, x), new TensorValue("y", ElementType.Float, [predictor.Outputs]));
        stream.Write(OnnxFormat.Write(graph));
    }
}
