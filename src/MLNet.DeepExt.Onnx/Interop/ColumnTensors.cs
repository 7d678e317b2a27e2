using Microsoft.ML.Data;
using MLNet.DeepExt.Onnx.Graphs;

namespace MLNet.DeepExt.Onnx.Interop;

/// <summary>Columns of a data view as tensors: (rows, values).</summary>
internal static class ColumnTensors
{
    // Ticks, and for a date with an offset UtcTicks beside them.
    private const int NumbersOfDate = 1, NumbersOfDateWithOffset = 2;

    /// <summary>The tensor of a column; null for a type that ONNX does not have.</summary>
    public static TensorValue? Of(string name, DataViewType type)
    {
        if (IsDate(type))
            return new TensorValue(name, ElementType.Int64, [type is DateTimeOffsetDataViewType ? NumbersOfDateWithOffset : NumbersOfDate]);
        DataViewType item = type is VectorDataViewType vector ? vector.ItemType : type;
        return ElementTypes.Find(item.RawType) is { } element ? new TensorValue(name, element, SizesOf(type)) : null;
    }

    /// <summary>Whether a column holds dates or spans of time, which are ticks in ONNX.</summary>
    public static bool IsDate(DataViewType type) => type is DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType;

    private static IReadOnlyList<int> SizesOf(DataViewType type) =>
        type is VectorDataViewType { Dimensions: { IsEmpty: false } sizes } ? sizes : [type is VectorDataViewType ? 0 : 1];
}
