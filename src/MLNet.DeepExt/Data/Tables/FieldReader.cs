using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>Turns the fields of a column into values of its type.</summary>
internal abstract class FieldReader
{
    private protected FieldReader(TableColumn column) => Column = column;

    private delegate bool TryParse<T>(ReadOnlySpan<char> field, out T value);

    public static IReadOnlyList<DataKind> Kinds { get; } =
        [DataKind.String, DataKind.Single, DataKind.Double, DataKind.Boolean, DataKind.DateTime, DataKind.DateTimeOffset];

    public TableColumn Column { get; }

    /// <summary>The type of the column in the table.</summary>
    public DataViewType Type => TypeOf(Column.Kind);

    /// <summary>The type of a column of one of <see cref="Kinds"/>.</summary>
    public static DataViewType TypeOf(DataKind kind) => kind switch
    {
        DataKind.String => TextDataViewType.Instance,
        DataKind.Single => NumberDataViewType.Single,
        DataKind.Double => NumberDataViewType.Double,
        DataKind.Boolean => BooleanDataViewType.Instance,
        DataKind.DateTime => DateTimeDataViewType.Instance,
        DataKind.DateTimeOffset => DateTimeOffsetDataViewType.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No column of a table is of this kind."),
    };

    /// <summary>The reader of a column of one of <see cref="Kinds"/>.</summary>
    public static FieldReader Of(TableColumn column, FieldParser parser) => column.Kind switch
    {
        DataKind.String => new Texts(column),
        DataKind.Single => new Values<float>(column, parser.TryNumber, float.NaN),
        DataKind.Double => new Values<double>(column, parser.TryNumber, double.NaN),
        DataKind.Boolean => new Values<bool>(column, FieldParser.TryFlag, missing: null),
        DataKind.DateTime => new Values<DateTime>(column, FieldParser.TryDate, default(DateTime)),
        DataKind.DateTimeOffset => new Values<DateTimeOffset>(column, FieldParser.TryOffset, default(DateTimeOffset)),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Kind, "No column of a table is of this kind."),
    };

    /// <summary>A getter of the column, a <see cref="ValueGetter{TValue}"/> of what <see cref="Type"/> holds.</summary>
    /// <param name="rows">The rows, of which it reads the one that is reached.</param>
    /// <param name="field">Which field of them it reads.</param>
    public abstract Delegate CreateGetter(RowScanner rows, int field);

    private sealed class Texts(TableColumn column) : FieldReader(column)
    {
        public override Delegate CreateGetter(RowScanner rows, int field)
        {
            ValueGetter<ReadOnlyMemory<char>> getter = (ref ReadOnlyMemory<char> value) => value = rows.Field(field).ToString().AsMemory();
            return getter;
        }
    }

    // missing: the value of a field that has none; null if there is no such value.
    private sealed class Values<T>(TableColumn column, TryParse<T> tryParse, T? missing) : FieldReader(column)
        where T : struct
    {
        public override Delegate CreateGetter(RowScanner rows, int field)
        {
            ValueGetter<T> getter = (ref T value) =>
            {
                ReadOnlySpan<char> text = rows.Field(field);
                if (missing is { } none && FieldParser.IsMissing(text))
                    value = none;
                else if (!tryParse(text, out value))
                    throw Fault(text.ToString(), rows);
            };
            return getter;
        }

        private InvalidDataException Fault(string field, RowScanner rows)
        {
            string remedy = missing is null && FieldParser.IsMissing(field)
                ? $"a {Column.Kind} cannot be missing, so load the column as String"
                : "correct the file, or load the column as String";
            return new InvalidDataException($"{rows.Place} has '{field}' in column '{Column.Name}', which is of type {Column.Kind}; {remedy}.");
        }
    }
}
