using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>
/// A data view that tells how many rows a cursor has been moved over, each time that it moves onto one, how many cursors there
/// are, and when one is asked for a getter.
/// </summary>
internal sealed class WatchedDataView(IDataView source, Action<int> onRow, Action? onGetter = null) : IDataView
{
    private int _cursors;
    private int _openCursors;

    /// <summary>Cursors that were ever opened.</summary>
    public int Cursors => Volatile.Read(ref _cursors);

    /// <summary>Cursors that have not been disposed.</summary>
    public int OpenCursors => Volatile.Read(ref _openCursors);

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, source.GetRowCursor(columnsNeeded, rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private void Tell(int rows) => onRow(rows);

    private void TellOfGetter() => onGetter?.Invoke();

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly WatchedDataView _view;
        private readonly DataViewRowCursor _source;
        private int _rows;

        public Cursor(WatchedDataView view, DataViewRowCursor source)
        {
            _view = view;
            _source = source;
            Interlocked.Increment(ref view._cursors);
            Interlocked.Increment(ref view._openCursors);
        }

        public override DataViewSchema Schema => _source.Schema;

        public override long Position => _source.Position;

        public override long Batch => _source.Batch;

        public override bool MoveNext()
        {
            bool moved = _source.MoveNext();
            if (moved)
                _view.Tell(++_rows);
            return moved;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _source.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _source.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            _view.TellOfGetter();
            return _source.GetGetter<TValue>(column);
        }

        protected override void Dispose(bool disposing)
        {
            _source.Dispose();
            Interlocked.Decrement(ref _view._openCursors);
            base.Dispose(disposing);
        }
    }
}
