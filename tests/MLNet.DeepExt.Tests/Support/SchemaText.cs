using Microsoft.ML;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>Schema shapes as lines of text, annotations included, in an order that does not matter.</summary>
internal static class SchemaText
{
    public static string[] Of(SchemaShape shape) => [.. shape.Select(Of).Order(StringComparer.Ordinal)];

    public static string Of(SchemaShape.Column column) =>
        $"{column.Name}: {column.Kind} of {column.ItemType}{(column.IsKey ? " key" : "")} ({string.Join("; ", Of(column.Annotations))})";
}
