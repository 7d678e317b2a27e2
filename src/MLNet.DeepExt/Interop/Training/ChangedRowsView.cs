using Microsoft.ML;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Interop.Training;

/// <summary>
/// The rows of a source, each in some versions, which differ in one column and are alike in all others. Lazy: a row is read and changed
/// when a cursor moves over it, and nothing is kept of it after. Always in the order of the source, for a change depends on the number of
/// the row: for another order, shuffle the result.
/// </summary>
internal sealed class ChangedRowsView : IDataView
{
    private readonly IDataView _source;
    private readonly ColumnChange _change;
    private readonly RowVersions _versions;

    /// <param name="source">The rows.</param>
    /// <param name="columns">The column to change, and its name after; where that is another, a column is added.</param>
    /// <param name="change">How it is changed.</param>
    /// <param name="versions">In which versions each row comes.</param>
    public ChangedRowsView(IDataView source, InputOutputColumnPair columns, ColumnChange change, RowVersions versions)
    {
        _source = source;
        _change = change;
        _versions = versions;
        Input = source.Schema[columns.InputColumnName];
        bool isReplaced = columns.OutputColumnName == columns.InputColumnName;
        OutputIndex = isReplaced ? Input.Index : source.Schema.Count;
        if (isReplaced)
        {
            Schema = source.Schema;
            return;
        }

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(source.Schema);
        builder.AddColumn(columns.OutputColumnName, Input.Type, Input.Annotations);
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    /// <summary>The column that is changed, in the source.</summary>
    public DataViewSchema.Column Input { get; }

    /// <summary>Where the changed column is in <see cref="Schema"/>.</summary>
    public int OutputIndex { get; }

    public long? GetRowCount() => _source.GetRowCount() is { } rows ? _versions.Count(rows) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        IEnumerable<DataViewSchema.Column> sources = columns
            .Select(column => column.Index == OutputIndex ? Input.Index : column.Index)
            .Distinct()
            .Select(index => _source.Schema[index]);
        return new ChangedRowsCursor(this, _source.Open(sources), columns, _change, _versions.Of);
    }

    // One, for the rows are counted.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];
}
