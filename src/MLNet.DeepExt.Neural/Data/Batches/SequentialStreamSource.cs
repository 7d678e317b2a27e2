using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Batches of streamed rows, in the order of the stream.</summary>
internal sealed class SequentialStreamSource : StreamSource
{
    private int _left;

    /// <param name="rows">The rows, counted.</param>
    /// <param name="batchSize">The number of rows of a batch.</param>
    /// <param name="cancellationToken">Cancels waiting for rows.</param>
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
        // Detects more rows than were counted, and exceptions when the stream is closed.
        return _left > 0 || !Reading.MoveNext();
    }

    /// <summary>Does nothing: rows were written to the batch when they were read.</summary>
    public override void Gather(Batch<float> batch, int from, int to)
    {
    }
}
