using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>Which slots of a vector column are the one-hot slots of one category, as its annotation says.</summary>
internal static class CategoricalSlots
{
    /// <summary>The first slot of each category and how many it has, ascending; none where the column does not say it, or not well.</summary>
    public static IReadOnlyList<(int First, int Count)> Of(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { Size: > 0 and var size } || !HasRanges(column))
            return [];
        VBuffer<int> ranges = default;
        column.Annotations.GetValue(AnnotationKinds.CategoricalSlotRanges, ref ranges);
        int[] bounds = [.. ranges.DenseValues()];
        return AreRanges(bounds, size) ? [.. bounds.Chunk(2).Select(pair => (pair[0], pair[1] - pair[0] + 1))] : [];
    }

    /// <summary>Whether each slot of a column, whatever its type, is one of a category: (slots).</summary>
    public static bool[] Mask(DataViewSchema.Column column, int slots)
    {
        var mask = new bool[slots];
        foreach ((int first, int count) in Of(column))
            mask.AsSpan(first, count).Fill(true);
        return mask;
    }

    // Pairs of a first and a last slot, ascending.
    private static bool AreRanges(int[] bounds, int size)
    {
        int end = -1;
        for (int i = 0; i < bounds.Length; i++)
        {
            bool isLast = i % 2 == 1;
            if (bounds[i] < (isLast ? bounds[i - 1] : end + 1) || bounds[i] >= size)
                return false;
            end = bounds[i];
        }

        return bounds.Length % 2 == 0;
    }

    private static bool HasRanges(DataViewSchema.Column column) =>
        column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.CategoricalSlotRanges)?.Type
            is VectorDataViewType { ItemType: NumberDataViewType { RawType: { } raw } } && raw == typeof(int);
}
