using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Models;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>A column that the chain of <see cref="TabularFeaturesEstimator"/> was fitted to, and the types that the chain takes it with.</summary>
/// <param name="Name">The column.</param>
/// <param name="Kind">What it may hold.</param>
/// <param name="Count">How many numbers a value has, or how many keys there are; 1 for dates, spans and texts.</param>
internal sealed record TabularInput(string Name, TabularInputKind Kind, ulong Count)
{
    /// <summary>The bytes that one takes in a file at least.</summary>
    public const int SmallestSize = sizeof(byte) + sizeof(TabularInputKind) + sizeof(ulong);

    /// <summary>What is taken as <paramref name="column"/> is; null if its type does not become features.</summary>
    public static TabularInput? Of(DataViewSchema.Column column) => column.Type is VectorDataViewType vector
        ? NumberKind(vector.ItemType) is { } ofVector && vector.IsKnownSize ? new(column.Name, ofVector, (ulong)vector.Size) : null
        : column.Type switch
        {
            KeyDataViewType key => new(column.Name, TabularInputKind.Key, key.Count),
            DateTimeDataViewType or DateTimeOffsetDataViewType => new(column.Name, TabularInputKind.Date, 1),
            TimeSpanDataViewType => new(column.Name, TabularInputKind.Span, 1),
            TextDataViewType => new(column.Name, TabularInputKind.Text, 1),
            { } type => NumberKind(type) is { } ofScalar ? new(column.Name, ofScalar, 1) : null,
        };

    /// <summary>Whether the chain takes a column of that name and type.</summary>
    public bool Takes(DataViewSchema.Column column) => Of(column) is { } other && other.Name == Name && other.Count == Count
        && (other.Kind == Kind || (Kind == TabularInputKind.Number && other.Kind == TabularInputKind.Single));

    /// <exception cref="InvalidDataException">There is no such column.</exception>
    public static TabularInput Read(ContentReader content)
    {
        var input = new TabularInput(content.ReadString(), (TabularInputKind)content.ReadByte(), content.ReadUInt64());
        return Enum.IsDefined(input.Kind) && input.Count > 0 && input.Name.Length > 0
            ? input
            : throw new InvalidDataException(
                $"The model file has column '{input.Name}' of kind {(byte)input.Kind} and {input.Count} values, which no table has; "
                + "the file is damaged or changed.");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write((byte)Kind);
        writer.Write(Count);
    }

    /// <summary>The types that are taken, in words.</summary>
    public override string ToString() => Kind switch
    {
        TabularInputKind.Single => Count == 1 ? "Single" : $"Vector<Single, {Count}>",
        TabularInputKind.Number => Count == 1 ? "a number or Boolean" : $"a vector of {Count} numbers or Booleans",
        TabularInputKind.Date => "DateTime or DateTimeOffset",
        TabularInputKind.Span => "TimeSpan",
        TabularInputKind.Text => "String",
        _ => $"keys of {Count} values",
    };

    private static TabularInputKind? NumberKind(DataViewType item) => item switch
    {
        NumberDataViewType => item.Equals(NumberDataViewType.Single) ? TabularInputKind.Single : TabularInputKind.Number,
        BooleanDataViewType => TabularInputKind.Number,
        _ => null,
    };
}
