using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>A cursor over some of the <see cref="HeldRows"/>; after the last comes the first.</summary>
internal sealed class HeldCursor(HeldRows rows, int first, long count, ActiveColumns active) : DataViewRowCursor
{
    private long _position = -1;

    public override DataViewSchema Schema => rows.Schema;

    public override long Position => _position;

    public override long Batch => 0;

    public override bool MoveNext()
    {
        if (_position + 1 < count)
        {
            _position++;
            return true;
        }

        _position = -1;
        count = 0;
        return false;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row(), 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        active.Cast<TValue>(rows.GetterOf(column, Row), column);

    private int Row() => (int)((first + _position) % rows.Count);
}
