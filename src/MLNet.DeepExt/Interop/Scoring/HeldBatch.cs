using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>Some of the <see cref="HeldRows"/> as a data view, which is read on one thread.</summary>
internal sealed class HeldBatch(HeldRows rows, int first, int count) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => rows.Schema;

    public long? GetRowCount() => count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        rows.CreateCursor(first, count, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
