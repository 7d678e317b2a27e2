using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>The base of sources of batches of streamed rows: the counted rows, their division into batches, and the reading ahead.</summary>
/// <param name="rows">The rows, counted.</param>
/// <param name="batchSize">The number of rows of a batch.</param>
/// <param name="cancellationToken">Cancels waiting for rows.</param>
internal abstract class StreamSource(StreamRows rows, int batchSize, CancellationToken cancellationToken) : BatchSource
{
    public override int Rows => rows.Count!.Value;

    public override int Batches => Cut.Batches;

    public override int MaximumBatch => Cut.Maximum;

    public override int TargetWidth => rows.Stream.TargetWidth;

    /// <summary>The division of an epoch into batches.</summary>
    protected BatchCut Cut { get; } = new(rows.Count!.Value, batchSize);

    /// <summary>The rows in the order of the stream.</summary>
    protected ReadAhead Reading { get; } = new(rows, cancellationToken);

    public override bool GathersLater => false;

    public override Batch<float> CreateBatch() =>
        new(new DenseBlock<float>(MaximumBatch, rows.Stream.Width), TargetRows.CreateTarget(MaximumBatch, TargetWidth));

    public override void Dispose() => Reading.Dispose();
}
