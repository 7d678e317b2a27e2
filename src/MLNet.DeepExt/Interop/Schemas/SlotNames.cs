using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>What the slots of a vector column are called, as its annotation says.</summary>
internal static class SlotNames
{
    /// <summary>The names; null if the column does not say them.</summary>
    public static string[]? Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.SlotNames)?.Type is not VectorDataViewType { ItemType: TextDataViewType })
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(AnnotationKinds.SlotNames, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    /// <summary>
    /// The first slot that is called otherwise in validation data than in training data, to follow "Label column 'Label'"; null if none
    /// is, or if one of the columns does not say.
    /// </summary>
    public static string? FindDifference(DataViewSchema.Column training, DataViewSchema.Column validation)
    {
        if (Of(training) is not { } first || Of(validation) is not { } second)
            return null;
        int slot = first.AsSpan().CommonPrefixLength(second);
        return slot < first.Length && slot < second.Length
            ? $"has slot {slot} called '{second[slot]}' in the validation data but '{first[slot]}' in the training data"
            : null;
    }
}
