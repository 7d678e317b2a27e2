using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Batches of rows that stream by, in their order.</summary>
internal sealed class SequentialStreamSource : StreamSource
{
    private int _left;

    /// <param name="rows">The rows, counted.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="cancellationToken">Ends the wait for rows.</param>
    public SequentialStreamSource(StreamRows rows, int batchSize, CancellationToken cancellationToken)
        : base(rows, batchSize, cancellationToken)
    {
    }

    public override void BeginEpoch(int epoch)
    {
        _left = Rows;
        Reading.Begin();
    }

    public override bool MoveNext(Batch<float> batch)
    {
        if (_left == 0)
            return false;
        batch.Rows = Cut.Next(_left);
        for (int i = 0; i < batch.Rows; i++)
        {
            if (!Reading.MoveNext())
                return false;
            batch.RowIds[i] = Reading.RowId;
            batch.Weights[i] = Reading.Weight;
            Reading.CopyTargetTo(batch.Target, i);
            Reading.Features.CopyTo(((DenseBlock<float>)batch.Inputs).Row(i));
        }

        _left -= batch.Rows;
        // More rows than were counted, and what goes wrong in closing the stream, must not pass unnoticed.
        return _left > 0 || !Reading.MoveNext();
    }

    /// <summary>Nothing is left to do: rows that come one after another have been written into the batch as they came.</summary>
    public override void Gather(Batch<float> batch, int from, int to)
    {
    }
}
