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
    public static ValueGetter<float> OfSingle(DataViewRow row, DataViewSchema.Column column) =>
        RowCursorUtils.GetGetterAs<float>(NumberDataViewType.Single, row, column.Index);
}
