using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Interop;

/// <summary>How one output column of a <see cref="ColumnTransformer"/> is made of its input column.</summary>
/// <param name="Type">The type of the output.</param>
/// <param name="Annotations">The annotations of the output.</param>
/// <param name="CreateGetter">Makes a getter of the output over a row and its input column; called once for each cursor.</param>
/// <param name="Emit">Writes the same as ONNX operators: from the name of the input, (rows, values), the name of the output; null if
/// it cannot be.</param>
internal sealed record ColumnMap(
    DataViewType Type,
    DataViewSchema.Annotations Annotations,
    Func<DataViewRow, DataViewSchema.Column, Delegate> CreateGetter,
    Func<IOperatorGraph, string, string>? Emit);
