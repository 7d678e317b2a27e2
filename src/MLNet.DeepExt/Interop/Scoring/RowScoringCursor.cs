using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>A cursor that keeps nothing but the current row of its input.</summary>
internal sealed class RowScoringCursor(ScoringMapper mapper, DataViewRowCursor input, ActiveColumns active) : DataViewRowCursor
{
    private readonly ScoredRow _row = new(mapper, input, active);

    public override DataViewSchema Schema => _row.Schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveToNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _row.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _row.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _row.Dispose();
        base.Dispose(disposing);
    }
}
