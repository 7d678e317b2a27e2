using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>What sources of batches of rows that stream by have in common: the counted rows, how they are cut, and the reading ahead.</summary>
/// <param name="rows">The rows, counted.</param>
/// <param name="batchSize">Rows of a batch.</param>
/// <param name="cancellationToken">Ends the wait for rows.</param>
internal abstract class StreamSource(StreamRows rows, int batchSize, CancellationToken cancellationToken) : BatchSource
{
    public override int Rows => rows.Count!.Value;

    public override int Batches => Cut.Batches;

    public override int MaximumBatch => Cut.Maximum;

    public override int TargetWidth => rows.Stream.TargetWidth;

    /// <summary>How an epoch is cut into batches.</summary>
    protected BatchCut Cut { get; } = new(rows.Count!.Value, batchSize);

    /// <summary>The rows, as they come.</summary>
    protected ReadAhead Reading { get; } = new(rows, cancellationToken);

    public override bool GathersLater => false;

    public override Batch<float> CreateBatch() =>
        new(new DenseBlock<float>(MaximumBatch, rows.Stream.Width), TargetRows.CreateTarget(MaximumBatch, TargetWidth));

    public override void Dispose() => Reading.Dispose();
}
