using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Splits;

/// <summary>
/// The rows of a data view that go to one part, in their order. Lazy: they are read from the data view when a cursor moves over them.
/// </summary>
/// <remarks>It cannot be shuffled, and has one cursor in a set: which row is which is known by its place alone.</remarks>
/// <param name="source">
/// The data view that was split. It has to give the same rows in the same order each time: their number is checked, their order is not.
/// </param>
/// <param name="parts">(rows of the source): the part of each.</param>
/// <param name="part">The part to show.</param>
internal sealed class PartDataView(IDataView source, SplitPart[] parts, SplitPart part) : IDataView
{
    private readonly long _rows = parts.LongCount(other => other == part);

    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, source.Open(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private long AllRows => parts.Length;

    private InvalidOperationException NotTheSame(string rows) => new(FormattableString.Invariant(
        $"The data had {parts.Length} rows when it was split but {rows} now, so that parts may share rows; ")
        + "split data that stays the same, such as what Cache of the context's data operations makes of it.");

    // The parts of all rows, so that a row more or less is noticed.
    private bool Includes(long row) => row < parts.Length ? parts[row] == part : throw NotTheSame("has more");

    private sealed class Cursor(PartDataView view, DataViewRowCursor input) : DataViewRowCursor
    {
        private long _read; // of the source
        private long _position = -1;
        private bool _hasEnded;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _hasEnded ? -1 : _position;

        public override long Batch => input.Batch;

        public override bool MoveNext()
        {
            while (!_hasEnded && input.MoveToNext())
            {
                if (view.Includes(_read++))
                {
                    _position++;
                    return true;
                }
            }

            if (!_hasEnded && _read < view.AllRows)
                throw view.NotTheSame(FormattableString.Invariant($"has {_read}"));
            _hasEnded = true;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
