using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Batches of rows that stream by, in their order.</summary>
internal sealed class SequentialStreamSource : BatchSource
{
    private readonly StreamRows _rows;
    private readonly BatchCut _cut;
    private readonly ReadAhead _reading;
    private int _left;

    /// <param name="rows">The rows, counted.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="cancellationToken">Ends the wait for rows.</param>
    public SequentialStreamSource(StreamRows rows, int batchSize, CancellationToken cancellationToken)
    {
        _rows = rows;
        _cut = new BatchCut(Rows, batchSize);
        _reading = new ReadAhead(rows, cancellationToken);
    }

    public override int Rows => _rows.Count!.Value;

    public override int Batches => _cut.Batches;

    public override int MaximumBatch => _cut.Maximum;

    public override int TargetWidth => _rows.Stream.TargetWidth;

    public override Batch<float> CreateBatch() =>
        new(new DenseBlock<float>(MaximumBatch, _rows.Stream.Width), TargetRows.CreateTarget(MaximumBatch, TargetWidth));

    public override void BeginEpoch(int epoch)
    {
        _left = Rows;
        _reading.Begin();
    }

    public override bool MoveNext(Batch<float> batch)
    {
        if (_left == 0)
            return false;
        batch.Rows = _cut.Next(_left);
        for (int i = 0; i < batch.Rows; i++)
        {
            if (!_reading.MoveNext())
                return false;
            batch.RowIds[i] = _reading.RowId;
            batch.Weights[i] = _reading.Weight;
            _reading.CopyTargetTo(batch.Target, i);
            _reading.Features.CopyTo(((DenseBlock<float>)batch.Inputs).Row(i));
        }

        _left -= batch.Rows;
        // More rows than were counted, and what goes wrong in closing the stream, must not pass unnoticed.
        return _left > 0 || !_reading.MoveNext();
    }

    /// <summary>Nothing is left to do: rows that come one after another have been written into the batch as they came.</summary>
    public override void Gather(Batch<float> batch, int from, int to)
    {
    }

    public override void Dispose() => _reading.Dispose();
}
