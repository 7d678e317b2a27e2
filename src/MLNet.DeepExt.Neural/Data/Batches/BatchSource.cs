using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Where the batches of training come from, epoch by epoch.</summary>
internal abstract class BatchSource : IDisposable
{
    /// <summary>Rows in an epoch.</summary>
    public abstract int Rows { get; }

    /// <summary>Batches in an epoch.</summary>
    public abstract int Batches { get; }

    /// <summary>The most rows of a batch.</summary>
    public abstract int MaximumBatch { get; }

    /// <summary>Numbers of a row's target; 0 where it is a class.</summary>
    public abstract int TargetWidth { get; }

    /// <summary>Makes a batch that fits what this source puts into it.</summary>
    public abstract Batch<float> CreateBatch();

    /// <summary>Whether a batch can still be gathered after the source has moved on to others.</summary>
    public abstract bool GathersLater { get; }

    /// <summary>Begins an epoch, counted from 1; the order of its rows depends on nothing but seed and number.</summary>
    public abstract void BeginEpoch(int epoch);

    /// <summary>
    /// Decides which rows come next and gives the batch their identities and weights, and their inputs where these are sparse;
    /// false at the end of the epoch.
    /// </summary>
    /// <remarks>Also false where the source heard of a cancellation while it waited for rows.</remarks>
    public abstract bool MoveNext(Batch<float> batch);

    /// <summary>Copies targets, and inputs where these are dense, of rows [from, to) of the batch; workers do this side by side.</summary>
    public abstract void Gather(Batch<float> batch, int from, int to);

    /// <summary>Ends what still goes on in the background.</summary>
    public abstract void Dispose();
}
