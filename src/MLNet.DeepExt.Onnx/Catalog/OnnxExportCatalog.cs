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
    /// ONNX has no type for dates. A column of <see cref="DateTime"/> is an input of 64-bit integers, its <see cref="DateTime.Ticks"/>
    /// (100 nanoseconds since 0001-01-01); 0 is a missing date. A column of <see cref="TimeSpan"/> is one of its
    /// <see cref="TimeSpan.Ticks"/> (of 100 nanoseconds); 0 is a length, the smallest and the largest number are missing ones. A column of
    /// <see cref="DateTimeOffset"/> has
    /// two of them in a row, <see cref="DateTimeOffset.Ticks"/> (what the clock shows) and <see cref="DateTimeOffset.UtcTicks"/>, and the
    /// shape (rows, 2). In Python, ticks of an array of NumPy are
    /// <c>(dates.astype("datetime64[us]") - np.datetime64("0001-01-01", "us")).astype("int64") * 10</c>; NaT becomes 0, a missing date.
    /// </para>
    /// <para>
    /// Every transformer of this library can be exported (but ImageFeatures of MLImage, and feature contributions), and those of ML.NET that
    /// can save themselves: MapValueToKey, MapKeyToValue, OneHotEncoding, Concatenate, the normalizers, ReplaceMissingValues, ConvertType and
    /// others. Scores are those of ML.NET to about 1e-5 (relative), as sums are added in another order. A row with NaN or an infinity among
    /// its features has NaN scores and a missing PredictedLabel there too: key 0, or false.
    /// </para>
    /// <para>Operator set 12; source: https://onnx.ai.</para>
    /// </remarks>
    /// <param name="catalog">The catalog of model operations.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The schema of the data that the model transforms.</param>
    /// <param name="stream">Where the model is written; nothing is, if something cannot be exported.</param>
    /// <param name="outputColumnNames">The columns that the ONNX model gives. None: all visible columns that the model adds.</param>
    /// <exception cref="NotSupportedException">
    /// A transformer or a column cannot be exported; the message names the column and the call that makes it.
    /// </exception>
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
