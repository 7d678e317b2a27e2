using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>
/// A cursor over rows of others that can be disposed of whatever happened to the rows. ML.NET's threads may have read ahead to a row that cannot
/// be read: of that row <see cref="MoveNext"/> has told already, or nobody has asked for it.
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
