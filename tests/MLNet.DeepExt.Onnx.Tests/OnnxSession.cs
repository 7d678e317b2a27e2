using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Onnx.Tests;

/// <summary>An exported model in ONNX Runtime.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;

    private OnnxSession(byte[] model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(model, options);
    }

    public IEnumerable<string> Inputs => _session.InputMetadata.Keys;

    public IEnumerable<string> Outputs => _session.OutputMetadata.Keys;

    public static OnnxSession Of(MLContext context, ITransformer model, DataViewSchema schema, params string[] outputs)
    {
        using var stream = new MemoryStream();
        context.Model.ExportOnnx(model, schema, stream, outputs);
        return new OnnxSession(stream.ToArray());
    }

    /// <summary>What ML.NET's own converter, a package that users may have, writes; it asks for every column of the input.</summary>
    public static OnnxSession OfConverter(MLContext context, ITransformer model, IDataView data, params string[] outputs)
    {
        using var stream = new MemoryStream();
        context.Model.ConvertToOnnx(model, data, stream, outputs);
        return new OnnxSession(stream.ToArray());
    }

    public static OnnxSession Of(Predictor predictor)
    {
        using var stream = new MemoryStream();
        predictor.ExportOnnx(stream);
        return new OnnxSession(stream.ToArray());
    }

    /// <summary>The outputs for some rows of numbers: (rows, outputs).</summary>
    public float[] Run(float[] rows, int count) => Run([Input("x", rows, count)], "y").AsTensor<float>().ToArray();

    /// <summary>The outputs for all rows of a data view, by name without <c>.output</c>.</summary>
    public Dictionary<string, object> Run(IDataView data)
    {
        List<NamedOnnxValue> inputs = [.. Inputs.Select(name => InputOf(data, name))];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = _session.Run(inputs);
        return results.ToDictionary(result => result.Name.Replace(".output", "", StringComparison.Ordinal), Values);
    }

    public void Dispose() => _session.Dispose();

    private static NamedOnnxValue InputOf(IDataView data, string name) => data.Schema[name].Type switch
    {
        VectorDataViewType { ItemType: BooleanDataViewType } =>
            Input(name, [.. data.GetColumn<bool[]>(name).SelectMany(row => row)], data.GetColumn<bool[]>(name).Count()),
        VectorDataViewType => Input(name, [.. data.GetColumn<float[]>(name).SelectMany(row => row)], data.GetColumn<float[]>(name).Count()),
        TextDataViewType => Input(name, [.. data.GetColumn<string>(name)]),
        BooleanDataViewType => Input(name, [.. data.GetColumn<bool>(name)]),
        KeyDataViewType => Input(name, [.. data.GetColumn<uint>(name)]),
        { RawType: { } raw } when raw == typeof(int) => Input(name, [.. data.GetColumn<int>(name)]),
        { RawType: { } raw } when raw == typeof(double) => Input(name, [.. data.GetColumn<double>(name)]),
        _ => Input(name, [.. data.GetColumn<float>(name)]),
    };

    private static NamedOnnxValue Input<T>(string name, T[] values) => Input(name, values, values.Length);

    private static NamedOnnxValue Input<T>(string name, T[] values, int rows) =>
        NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(values, [rows, values.Length / Math.Max(1, rows)]));

    private static object Values(DisposableNamedOnnxValue result) => result.ElementType switch
    {
        TensorElementType.Float => result.AsTensor<float>().ToArray(),
        TensorElementType.Bool => result.AsTensor<bool>().ToArray(),
        TensorElementType.UInt32 => result.AsTensor<uint>().ToArray(),
        TensorElementType.String => result.AsTensor<string>().ToArray(),
        TensorElementType.Int64 => result.AsTensor<long>().ToArray(),
        _ => throw new NotSupportedException($"{result.ElementType}"),
    };

    private DisposableNamedOnnxValue Run(NamedOnnxValue[] inputs, string output) => _session.Run(inputs, [output])[0];
}
