using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>Schema shapes: what an estimator promises, and demands, before there is data.</summary>
internal static class SchemaShapes
{
    public static SchemaShape Of(DataViewSchema schema) => SchemaShape.Create(schema);

    public static SchemaShape.Column Scalar(string name, DataViewType type, bool isKey = false, params SchemaShape.Column[] annotations) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, type, isKey, new SchemaShape(annotations));

    public static SchemaShape.Column Vector(string name, DataViewType itemType, params SchemaShape.Column[] annotations) =>
        new(name, SchemaShape.Column.VectorKind.Vector, itemType, isKey: false, new SchemaShape(annotations));

    /// <summary>The same column under another name and with other annotations.</summary>
    public static SchemaShape.Column Renamed(SchemaShape.Column column, string name, params SchemaShape.Column[] annotations) =>
        new(name, column.Kind, column.ItemType, column.IsKey, new SchemaShape(annotations));

    public static bool TryFind(SchemaShape shape, string name, out SchemaShape.Column column) => shape.TryFindColumn(name, out column);

    /// <summary>The input's columns, with those named like one of <paramref name="added"/> replaced.</summary>
    public static SchemaShape Extend(SchemaShape input, IEnumerable<SchemaShape.Column> added)
    {
        var columns = input.ToDictionary(column => column.Name);
        foreach (SchemaShape.Column column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <summary>Finds the column that <paramref name="expected"/> names, and demands its type, or one of several.</summary>
    public static SchemaShape.Column Require(
        IExceptionContext context, SchemaShape inputSchema, string role, params SchemaShape.Column[] expected)
    {
        SchemaShape.Column column = RequireName(context, inputSchema, role, expected[0].Name);
        if (Array.Exists(expected, candidate => Fits(candidate, column)))
            return column;
        string types = string.Join(" or ", expected.Select(TypeName));
        throw context.WrongColumnType(nameof(inputSchema), role, types, column, expected);
    }

    /// <summary>Finds a column, of any type.</summary>
    public static SchemaShape.Column RequireName(IExceptionContext context, SchemaShape inputSchema, string role, string name) =>
        inputSchema.TryFindColumn(name, out SchemaShape.Column column)
            ? column
            : throw context.MissingColumn(nameof(inputSchema), role, name, inputSchema);

    /// <summary>Whether a column is one of those that are demanded.</summary>
    public static bool Fits(SchemaShape.Column expected, SchemaShape.Column actual) => expected.IsCompatibleWith(actual);

    /// <summary>The column's type as ML.NET's errors write it; of a vector of any length it says that the length is unknown.</summary>
    public static string TypeName(SchemaShape.Column column) => column.Kind == SchemaShape.Column.VectorKind.VariableVector
        ? OfUnknownLength(new SchemaShape.Column(
            column.Name, SchemaShape.Column.VectorKind.Vector, column.ItemType, column.IsKey, column.Annotations).GetTypeString())
        : column.GetTypeString();

    /// <inheritdoc cref="TypeName(SchemaShape.Column)"/>
    public static string TypeName(DataViewType type) => type is VectorDataViewType { IsKnownSize: false } vector
        ? OfUnknownLength($"Vector<{vector.ItemType}>")
        : type.ToString()!;

    private static string OfUnknownLength(string type) => $"{type}, length unknown";
}
