using Microsoft.ML;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>A file of text as rows with named columns, each of one type. Lazy: fields are parsed as they are read, the same in every pass.</summary>
internal sealed class TableView : IDataView
{
    private readonly TableFile _file;
    private readonly FieldReader[] _readers;

    /// <param name="file">The file.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="parser">What fields mean.</param>
    public TableView(TableFile file, IReadOnlyList<TableColumn> columns, FieldParser parser)
    {
        _file = file;
        _readers = [.. columns.Select(column => FieldReader.Of(column, parser))];
        var builder = new DataViewSchema.Builder();
        foreach (FieldReader reader in _readers)
            builder.AddColumn(reader.Column.Name, reader.Type);
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new TableCursor(Schema, _file, _readers, columnsNeeded);

    // One, for rows are found one after the other.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
