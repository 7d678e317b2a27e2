using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>What the slots of a vector column are called, as its annotation says.</summary>
internal static class SlotNames
{
    /// <summary>The names; null if the column does not say them.</summary>
    public static string[]? Of(DataViewSchema.Column column)
    {
        DataViewType? type = column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.SlotNames)?.Type;
        if (type is not VectorDataViewType { ItemType: TextDataViewType })
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(AnnotationKinds.SlotNames, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    /// <summary>A slot in words: <c>slot 3</c>, or with its name <c>slot 3, 'height'</c>.</summary>
    public static string Describe(DataViewSchema.Column column, int slot) => Of(column) is { } names && slot < names.Length && names[slot].Length > 0
        ? FormattableString.Invariant($"slot {slot}, '{names[slot]}'")
        : FormattableString.Invariant($"slot {slot}");

    /// <summary>Whether both columns say the names of their slots, and these are the same in whatever order.</summary>
    public static bool AreSame(DataViewSchema.Column first, DataViewSchema.Column second) =>
        Of(first) is { } inFirst && Of(second) is { } inSecond
        && inFirst.Order(StringComparer.Ordinal).SequenceEqual(inSecond.Order(StringComparer.Ordinal));

    /// <summary>
    /// The first slot that has another name in one data view than in another, to follow "Column 'Features'"; null if none has, or if one
    /// of the columns does not say.
    /// </summary>
    public static string? FindDifference(
        DataViewSchema.Column first, DataViewSchema.Column second, (string First, string Second) names)
    {
        if (Of(first) is not { } inFirst || Of(second) is not { } inSecond)
            return null;
        int slot = inFirst.AsSpan().CommonPrefixLength(inSecond);
        return slot < inFirst.Length && slot < inSecond.Length
            ? $"has slot {slot} called '{inSecond[slot]}' in {names.Second} but '{inFirst[slot]}' in {names.First}"
            : null;
    }
}
