using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>The annotations of a column as lines of text, with the values of those that are text or yes and no.</summary>
internal static class AnnotationText
{
    public static string[] Of(DataViewSchema.Column column) =>
        [.. column.Annotations.Schema.Select(annotation => $"{annotation.Name}: {annotation.Type} {ValueOf(column, annotation)}")
            .Order(StringComparer.Ordinal)];

    private static string ValueOf(DataViewSchema.Column column, DataViewSchema.Column annotation)
    {
        ReadOnlyMemory<char> text = default;
        VBuffer<ReadOnlyMemory<char>> texts = default;
        bool isTrue = false;
        switch (annotation.Type)
        {
            case TextDataViewType:
                column.Annotations.GetValue(annotation.Name, ref text);
                return text.ToString();
            case BooleanDataViewType:
                column.Annotations.GetValue(annotation.Name, ref isTrue);
                return isTrue ? "True" : "False";
            case VectorDataViewType { ItemType: TextDataViewType }:
                column.Annotations.GetValue(annotation.Name, ref texts);
                return string.Join(", ", texts.DenseValues().Select(value => value.ToString()));
            default:
                return "";
        }
    }
}
