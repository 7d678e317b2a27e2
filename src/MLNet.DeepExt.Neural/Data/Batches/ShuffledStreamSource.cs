using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Batches of rows that stream by, drawn from a buffer: a batch takes rows of the buffer by chance, and the next rows of the
/// stream take their places. Where the buffer holds all rows, their order is that of <see cref="MemoryBatchSource"/>.
/// </summary>
/// <remarks>
/// Draw i of an epoch is number i of its random numbers and the i-th step of a shuffle from the first place to the last, over
/// the rows that wait at that time. No order depends on when rows arrive.
/// </remarks>
internal sealed class ShuffledStreamSource : StreamSource
{
    private readonly CounterRandom _shuffle;
    private readonly DenseBlock<float> _features; // (capacity, width)
    private readonly TargetRows _targets;         // (capacity)
    private readonly float[] _weights;            // (capacity)
    private readonly long[] _rowIds;              // (capacity)

    // The slots of the buffer: from _first on, first the vacant ones, which are those of the batch before, then those of rows that wait.
    private readonly int[] _slots;
    private int _first;
    private int _vacant;

    private CounterRandom _random;
    private int _unread;
    private int _left;

    /// <param name="rows">The rows, counted.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="bufferRows">Rows that the buffer holds; at least a batch, at most all rows.</param>
    /// <param name="shuffle">What the order of the rows is drawn from.</param>
    /// <param name="cancellationToken">Ends the wait for rows.</param>
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
    /// Puts the next rows of the stream into the vacant slots, and gives up the slots for which there are none; false when it is
    /// cancelled.
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
        // More rows than were counted, and what goes wrong in closing the stream, must not pass unnoticed.
        return count == 0 || _unread > 0 || !Reading.MoveNext();
    }
}
