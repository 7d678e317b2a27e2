using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>Reads columns of numbers, whatever their type, as ones of a single type.</summary>
internal static class NumberGetters
{
    /// <summary>As <see cref="double"/>; a yes is 1, a no is 0.</summary>
    public static ValueGetter<double> OfDouble(DataViewRow row, DataViewSchema.Column column) =>
        RowCursorUtils.GetGetterAs<double>(NumberDataViewType.Double, row, column.Index);

    /// <summary>As <see cref="float"/>, rounded; a yes is 1, a no is 0.</summary>
    public static ValueGetter<float> OfSingle(DataViewRow row, DataViewSchema.Column column) => column.Type is NumberDataViewType type
        && type == NumberDataViewType.Single
            ? row.GetGetter<float>(column) // ML.NET opens it by reflection, and wraps its exceptions
            : RowCursorUtils.GetGetterAs<float>(NumberDataViewType.Single, row, column.Index);

    /// <summary>A key of any type: counted from 1, 0 where it is missing.</summary>
    public static ValueGetter<ulong> OfKey(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        var type when type == typeof(byte) => Widened<byte>(row, column, key => key),
        var type when type == typeof(ushort) => Widened<ushort>(row, column, key => key),
        var type when type == typeof(uint) => Widened<uint>(row, column, key => key),
        _ => row.GetGetter<ulong>(column),
    };

    private static ValueGetter<ulong> Widened<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong> widen)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T key = default!;
        return (ref ulong value) =>
        {
            getter(ref key);
            value = widen(key);
        };
    }
}
