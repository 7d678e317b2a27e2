using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Batches of streamed rows, drawn from a buffer: a batch takes random rows of the buffer, and the next rows of the
/// stream replace them. If the buffer holds all rows, the order equals that of <see cref="MemoryBatchSource"/>.
/// </summary>
/// <remarks>
/// Draw i of an epoch uses random number i and is step i of a shuffle from the first to the last position, over
/// the waiting rows. The order does not depend on the time at which rows arrive.
/// </remarks>
internal sealed class ShuffledStreamSource : StreamSource
{
    private readonly CounterRandom _shuffle;
    private readonly DenseBlock<float> _features; // (capacity, width)
    private readonly TargetRows _targets;         // (capacity)
    private readonly float[] _weights;            // (capacity)
    private readonly long[] _rowIds;              // (capacity)

    // The entries of the buffer: from _first, first the vacant ones, which belong to the previous batch, then those of waiting rows.
    private readonly int[] _slots;
    private int _first;
    private int _vacant;

    private CounterRandom _random;
    private int _unread;
    private int _left;

    /// <param name="rows">The rows, counted.</param>
    /// <param name="batchSize">The number of rows of a batch.</param>
    /// <param name="bufferRows">The number of rows of the buffer: at least one batch, at most all rows.</param>
    /// <param name="shuffle">The random numbers of the order of the rows.</param>
    /// <param name="cancellationToken">Cancels waiting for rows.</param>
    public ShuffledStreamSource(StreamRows rows, int batchSize, int bufferRows, CounterRandom shuffle, CancellationToken cancellationToken)
        : base(rows, batchSize, cancellationToken)
    {
        _shuffle = shuffle;
        int capacity = Math.Clamp(bufferRows, Cut.Maximum, Rows);
        _features = new DenseBlock<float>(capacity, rows.Stream.Width);
        _targets = TargetRows.Allocate(capacity, rows.Stream.TargetWidth);
        _weights = new float[capacity];
        _rowIds = new long[capacity];
        _slots = new int[capacity];
    }

    public override void BeginEpoch(int epoch)
    {
        for (int i = 0; i < _slots.Length; i++)
            _slots[i] = i;
        _first = 0;
        _vacant = _slots.Length;
        _unread = _left = Rows;
        _random = _shuffle.Derive((ulong)epoch);
        Reading.Begin();
    }

    public override bool MoveNext(Batch<float> batch)
    {
        if (_left == 0 || !Refill())
            return false;
        batch.Rows = Cut.Next(_left);
        for (int i = 0; i < batch.Rows; i++)
        {
            int place = _first + i;
            int other = place + _random.Below(_slots.Length - place, (ulong)(Rows - _left + i));
            (_slots[place], _slots[other]) = (_slots[other], _slots[place]);
            batch.RowIds[i] = _rowIds[_slots[place]];
            batch.Weights[i] = _weights[_slots[place]];
        }

        _vacant = batch.Rows;
        _left -= batch.Rows;
        return true;
    }

    public override void Gather(Batch<float> batch, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            int slot = _slots[_first + i];
            _features.Row(slot).CopyTo(((DenseBlock<float>)batch.Inputs).Row(i));
            _targets.CopyTo(slot, batch.Target, i);
        }
    }

    /// <summary>
    /// Reads the next rows of the stream into the vacant entries, and removes the entries for which there are none. Returns false after
    /// cancellation.
    /// </summary>
    private bool Refill()
    {
        int count = Math.Min(_vacant, _unread);
        _first += _vacant - count;
        _vacant = 0;
        for (int i = 0; i < count; i++)
        {
            if (!Reading.MoveNext())
                return false;
            int slot = _slots[_first + i];
            Reading.Features.CopyTo(_features.Row(slot));
            Reading.CopyTargetTo(_targets, slot);
            _weights[slot] = Reading.Weight;
            _rowIds[slot] = Reading.RowId;
        }

        _unread -= count;
        // Detects more rows than were counted, and exceptions when the stream is closed.
        return count == 0 || _unread > 0 || !Reading.MoveNext();
    }
}
