using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>The source of the batches of a training, epoch by epoch.</summary>
internal abstract class BatchSource : IDisposable
{
    /// <summary>The number of rows of an epoch.</summary>
    public abstract int Rows { get; }

    /// <summary>The number of batches of an epoch.</summary>
    public abstract int Batches { get; }

    /// <summary>The maximum number of rows of a batch.</summary>
    public abstract int MaximumBatch { get; }

    /// <summary>The number of targets per row; 0 for class targets.</summary>
    public abstract int TargetWidth { get; }

    /// <summary>Creates a batch for the rows of this source.</summary>
    public abstract Batch<float> CreateBatch();

    /// <summary>True if a batch can still be gathered after the source has moved to later batches.</summary>
    public abstract bool GathersLater { get; }

    /// <summary>Begins an epoch, counted from 1; the order of its rows depends only on the seed and this number.</summary>
    public abstract void BeginEpoch(int epoch);

    /// <summary>
    /// Selects the next rows and writes their ids and weights to the batch, and their inputs if these are sparse.
    /// Returns false at the end of the epoch.
    /// </summary>
    /// <remarks>Also returns false if it was cancelled while it waited for rows.</remarks>
    public abstract bool MoveNext(Batch<float> batch);

    /// <summary>Copies targets, and inputs if these are dense, of rows [from, to) of the batch. Workers call it in parallel.</summary>
    public abstract void Gather(Batch<float> batch, int from, int to);

    /// <summary>Stops background work.</summary>
    public abstract void Dispose();
}
