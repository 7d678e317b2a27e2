using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Scoring;

namespace MLNet.DeepExt.Interop.Training;

/// <summary>Moves over the versions of every row before it moves to the next row.</summary>
internal sealed class ChangedRowsCursor : DataViewRowCursor, IVersionPlace
{
    private const long BeforeOrAfterRows = -1;

    private readonly ChangedRowsView _view;
    private readonly DataViewRowCursor _input;
    private readonly ActiveColumns _active;
    private readonly Delegate? _changed;
    private readonly Func<long, (int First, int Last)> _versionsOf;
    private long _position = BeforeOrAfterRows;
    private long _moves;
    private int _first;
    private int _last = -1;

    public ChangedRowsCursor(
        ChangedRowsView view, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> columns, ColumnChange change,
        Func<long, (int First, int Last)> versionsOf)
    {
        _view = view;
        _input = input;
        _active = new ActiveColumns(view.Schema, columns);
        _changed = _active[view.OutputIndex] ? change.CreateGetter(input, view.Input, this) : null;
        _versionsOf = versionsOf;
    }

    public override DataViewSchema Schema => _view.Schema;

    public override long Position => _position;

    public override long Batch => _input.Batch;

    public long Row { get; private set; } = BeforeOrAfterRows;

    public int Copy { get; private set; } = -1;

    public override bool MoveNext()
    {
        while (Copy >= _last)
        {
            if (!_input.MoveToNext())
            {
                _position = BeforeOrAfterRows;
                return false;
            }

            // Counted here: the position of a cursor is its own affair.
            Row++;
            (_first, _last) = _versionsOf(Row);
            Copy = _first - 1;
        }

        Copy++;
        _position = _moves++;
        return true;
    }

    // The first version has the id of its row, so that ids change only where there are more.
    public override ValueGetter<DataViewRowId> GetIdGetter()
    {
        ValueGetter<DataViewRowId> getter = _input.GetIdGetter();
        return (ref DataViewRowId id) =>
        {
            getter(ref id);
            if (Copy > _first)
                id = id.Combine(new DataViewRowId((ulong)Copy, 0));
        };
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _active.Require(column);
        return column.Index == _view.OutputIndex
            ? _active.Cast<TValue>(_changed, column)
            : _input.GetGetter<TValue>(_input.Schema[column.Index]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }
}
