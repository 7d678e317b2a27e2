using Microsoft.ML;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>A file of text as rows with named columns, each of one type. Lazy: fields are parsed as they are read, the same in every pass.</summary>
internal sealed class TableView : IDataView
{
    private readonly IDataView _fields;
    private readonly bool _hasHeader;
    private readonly FieldReader[] _readers;

    /// <param name="fields">Every field of the file as text, a column for each.</param>
    /// <param name="hasHeader">Whether its first row holds names.</param>
    /// <param name="columns">The columns, the first ones of <paramref name="fields"/>.</param>
    /// <param name="parser">What fields mean.</param>
    public TableView(IDataView fields, bool hasHeader, IReadOnlyList<TableColumn> columns, FieldParser parser)
    {
        _fields = fields;
        _hasHeader = hasHeader;
        _readers = [.. columns.Select(column => FieldReader.Of(column, parser))];
        var builder = new DataViewSchema.Builder();
        foreach (FieldReader reader in _readers)
            builder.AddColumn(reader.Column.Name, reader.Type);
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var isActive = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
            isActive[column.Index] = true;
        DataViewRowCursor fields = _fields.GetRowCursor(_fields.Schema.Where(column => column.Index < isActive.Length && isActive[column.Index]));
        return new TableCursor(Schema, fields, isActive, _readers, rowsBefore: _hasHeader ? 1 : 0);
    }

    // One, for the header is the first row.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
