using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>
/// A cursor over an input data view that can always be disposed of. ML.NET's threads may have read ahead to a row that throws, and its cursors
/// throw again in Dispose. This exception is ignored: <see cref="MoveNext"/> has thrown it already, or the caller did not request the row.
/// </summary>
internal sealed class SourceCursor(DataViewRowCursor input) : DataViewRowCursor
{
    public override DataViewSchema Schema => input.Schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveToNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                input.Dispose();
            }
            catch (Exception exception) when (SourceFault.Find(exception) is not null)
            {
            }
        }

        base.Dispose(disposing);
    }
}
