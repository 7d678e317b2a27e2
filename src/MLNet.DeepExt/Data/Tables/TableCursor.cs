using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>Goes over the rows of a <see cref="TableView"/>.</summary>
internal sealed class TableCursor : DataViewRowCursor
{
    private const long BeforeRows = -1;

    private readonly RowScanner _rows;
    private readonly FieldReader[] _readers;
    private readonly bool[] _isActive;
    private long _position = BeforeRows;

    /// <param name="schema">The schema of the table.</param>
    /// <param name="file">The file.</param>
    /// <param name="readers">What makes values of fields, one for each column.</param>
    /// <param name="columnsNeeded">The columns that are read.</param>
    public TableCursor(DataViewSchema schema, TableFile file, FieldReader[] readers, IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        Schema = schema;
        _readers = readers;
        _isActive = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
            _isActive[Checked(column)] = true;
        _rows = file.Open(out string[] names);
        if (names.SequenceEqual(schema.Select(column => column.Name)))
            return;
        _rows.Dispose();
        throw new InvalidDataException(
            $"The file '{file.Path}' has changed since it was loaded: it had the columns " +
            $"{NameList.Of([.. schema.Select(column => column.Name)])} and has " +
            $"{NameList.Of(names)}; load it again.");
    }

    public override DataViewSchema Schema { get; }

    public override long Batch => 0;

    public override long Position => _position;

    public override bool IsColumnActive(DataViewSchema.Column column) => _isActive[Checked(column)];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active; name it when the cursor is opened.");
        return _readers[column.Index].CreateGetter(_rows, column.Index) as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Column '{column.Name}' holds {column.Type.RawType.Name} but {typeof(TValue).Name} is asked for; ask for {column.Type.RawType.Name}.");
    }

    public override bool MoveNext()
    {
        if (!_rows.MoveNext())
        {
            _position = BeforeRows;
            return false;
        }

        _position++;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _rows.Dispose();
        base.Dispose(disposing);
    }

    private int Checked(DataViewSchema.Column column) => column.Index < _readers.Length && Schema[column.Index].Name == column.Name
        ? column.Index
        : throw new ArgumentException($"Column '{column.Name}' is not of the schema of this table; take the column from its Schema.", nameof(column));
}
