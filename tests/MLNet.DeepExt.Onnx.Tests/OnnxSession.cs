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
        VectorDataViewType { ItemType: BooleanDataViewType } => Vectors<bool>(data, name),
        VectorDataViewType { ItemType: { RawType: { } raw } } when raw == typeof(double) => Vectors<double>(data, name),
        VectorDataViewType => Vectors<float>(data, name),
        TextDataViewType => Scalars<string>(data, name),
        BooleanDataViewType => Scalars<bool>(data, name),
        KeyDataViewType => Scalars<uint>(data, name),
        DateTimeDataViewType => Input(name, [.. data.GetColumn<DateTime>(name).Select(date => date.Ticks)]),
        DateTimeOffsetDataViewType => Input(
            name,
            [.. data.GetColumn<DateTimeOffset>(name).SelectMany(date => new[] { date.Ticks, date.UtcTicks })],
            data.GetColumn<DateTimeOffset>(name).Count()),
        TimeSpanDataViewType => Input(name, [.. data.GetColumn<TimeSpan>(name).Select(span => span.Ticks)]),
        { RawType: { } raw } => raw.Name switch
        {
            nameof(Int32) => Scalars<int>(data, name),
            nameof(Double) => Scalars<double>(data, name),
            nameof(Int64) => Scalars<long>(data, name),
            nameof(Int16) => Scalars<short>(data, name),
            nameof(Byte) => Scalars<byte>(data, name),
            nameof(UInt32) => Scalars<uint>(data, name),
            _ => Scalars<float>(data, name),
        },
    };

    private static NamedOnnxValue Scalars<T>(IDataView data, string name) => Input(name, [.. data.GetColumn<T>(name)]);

    private static NamedOnnxValue Vectors<T>(IDataView data, string name)
    {
        T[][] rows = [.. data.GetColumn<T[]>(name)];
        return Input(name, [.. rows.SelectMany(row => row)], rows.Length);
    }

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
