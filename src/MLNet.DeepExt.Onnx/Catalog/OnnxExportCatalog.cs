using MLNet.DeepExt.Onnx.Format;
using MLNet.DeepExt.Onnx.Graphs;
using MLNet.DeepExt.Onnx.Interop;

namespace Microsoft.ML;

/// <summary>Writes fitted models as ONNX.</summary>
public static class OnnxExportCatalog
{
    /// <summary>Writes a fitted model, or a chain of them, as an ONNX model, for programs that do not have ML.NET.</summary>
    /// <remarks>
    /// <para>
    /// An input of the ONNX model has the name of its column and the shape (rows, values): (rows, 1) for a scalar. Only columns that the
    /// outputs need become inputs, so that a label is none. An output has the name of its column with <c>.output</c> behind it, as
    /// <c>ConvertToOnnx</c> of ML.NET names it. The number of rows is open. Keys are unsigned integers that count from 1.
    /// </para>
    /// <para>
    /// Every transformer of this library can be exported, and those of ML.NET that can save themselves: MapValueToKey, MapKeyToValue,
    /// OneHotEncoding, Concatenate, the normalizers, ReplaceMissingValues, ConvertType and others. Scores are those of ML.NET to about
    /// 1e-5 (relative), as sums are added in another order. A row with NaN among its features has NaN scores too, but not a missing
    /// PredictedLabel.
    /// </para>
    /// <para>Operator set 12; source: https://onnx.ai.</para>
    /// </remarks>
    /// <param name="catalog">The catalog of model operations.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The schema of the data that the model transforms.</param>
    /// <param name="stream">Where the model is written; nothing is, if something cannot be exported.</param>
    /// <param name="outputColumnNames">The columns that the ONNX model gives. None: all visible columns that the model adds.</param>
    /// <exception cref="NotSupportedException">A transformer or a column cannot be exported; the message names it.</exception>
    /// <exception cref="ArgumentException">There is no such output column, or none is named and the model adds none.</exception>
    /// <example>
    /// <code>
    /// using FileStream file = File.Create("model.onnx");
    /// ml.Model.ExportOnnx(model, data.Schema, file, "PredictedLabel", "Score");
    /// </code>
    /// </example>
    public static void ExportOnnx(
        this ModelOperationsCatalog catalog,
        ITransformer model,
        DataViewSchema inputSchema,
        Stream stream,
        params string[] outputColumnNames)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputSchema);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(outputColumnNames);
        Graph graph = ChainExport.Of(catalog, model, inputSchema, outputColumnNames);
        stream.Write(OnnxFormat.Write(graph));
    }
}
