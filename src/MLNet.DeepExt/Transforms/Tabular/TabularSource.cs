using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>A column that becomes features.</summary>
internal sealed record TabularSource(string Name, TabularKind Kind)
{
    /// <summary>The column that it is converted into, and that is dropped in the end.</summary>
    public string Working => $"TabularFeatures.{Name}";

    /// <summary>Whether its features are slots of a category; otherwise they are numbers.</summary>
    public bool IsCategory => Kind is TabularKind.Text or TabularKind.Key;

    /// <summary>What becomes of columns of a type; null if nothing does.</summary>
    public static TabularKind? FindKind(SchemaShape.Column column)
    {
        bool isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        return column.IsKey ? isScalar ? TabularKind.Key : null : column.ItemType switch
        {
            NumberDataViewType or BooleanDataViewType when column.Kind != SchemaShape.Column.VectorKind.VariableVector => TabularKind.Number,
            DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType when isScalar => TabularKind.Date,
            TextDataViewType when isScalar => TabularKind.Text,
            _ => null,
        };
    }

    /// <summary>Whether the column has to be converted before its numbers can be read as those of <see cref="float"/> columns.</summary>
    public bool NeedsConversion(DataViewSchema schema)
    {
        DataViewType type = schema[Name].Type;
        DataViewType item = type is VectorDataViewType vector ? vector.ItemType : type;
        return Kind == TabularKind.Date || (Kind == TabularKind.Number && !item.Equals(NumberDataViewType.Single));
    }
}
