using Microsoft.ML.Data;
using MLNet.DeepExt.Onnx.Graphs;

namespace MLNet.DeepExt.Onnx.Interop;

/// <summary>Columns of a data view as tensors: (rows, values).</summary>
internal static class ColumnTensors
{
    /// <summary>The tensor of a column; null for a type that ONNX does not have.</summary>
    public static TensorValue? Of(string name, DataViewType type)
    {
        DataViewType item = type is VectorDataViewType vector ? vector.ItemType : type;
        return ElementTypes.Find(item.RawType) is { } element ? new TensorValue(name, element, SizesOf(type)) : null;
    }

    private static IReadOnlyList<int> SizesOf(DataViewType type) =>
        type is VectorDataViewType { Dimensions: { IsEmpty: false } sizes } ? sizes : [type is VectorDataViewType ? 0 : 1];
}
