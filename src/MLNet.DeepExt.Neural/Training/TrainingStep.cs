using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// The processing of a batch: forward and backward passes of networks and their update. The loop of a training, its checkpoints, norms and history
/// use only this interface.
/// </summary>
internal abstract class TrainingStep : ITeamWork
{
    /// <summary>The rows of the step, which the source fills.</summary>
    public abstract Batch<float> Batch { get; }

    /// <summary>One updater for each trained network. The first network is the one that is validated.</summary>
    public abstract IReadOnlyList<NetworkUpdater> Updaters { get; }

    /// <summary>Σ w of the last batch.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>The number of steps so far.</summary>
    public long Steps { get; set; }

    /// <summary>The position of the step in a training, for the schedules of layers and transforms; null outside a training.</summary>
    public TrainingTime? Time { get; private set; }

    /// <summary>Trains on the current batch of the source.</summary>
    /// <param name="team">The workers.</param>
    /// <param name="rateFactor">The factor of the learning rates.</param>
    /// <param name="measuresNorms">True to measure norms of gradients and outputs.</param>
    /// <param name="time">The position of the step in a training; null (default) outside a training.</param>
    /// <returns>The sum of w·L over the batch, where L is the cost of a row before the update.</returns>
    public double Run(WorkerTeam team, double rateFactor, bool measuresNorms = false, TrainingTime? time = null)
    {
        Time = time;
        TotalWeight = Batch.TotalWeight();
        Steps++;
        Begin(rateFactor, measuresNorms);
        team.Run(this);
        return End();
    }

    /// <summary>Runs one worker's share of the step.</summary>
    public abstract void Run(Worker worker);

    /// <summary>Returns the norms of every layer after a step that measured them.</summary>
    public abstract IReadOnlyList<LayerNorms> Norms();

    /// <summary>Returns the first layer whose last outputs are not all finite, as the end of a message "first seen after"; null if there is
    /// none.</summary>
    public abstract string? FindNonFiniteLayer();

    /// <summary>Writes the averages so far to the averaged networks.</summary>
    public void WriteAverages()
    {
        foreach (NetworkUpdater updater in Updaters)
            updater.WriteAverage();
    }

    /// <summary>Returns the penalty of the current weights; null without a regularizer.</summary>
    public double? Penalty() => Updaters.Select(updater => updater.Penalty(Batch.Rows)).Aggregate((sum, next) => sum + next ?? sum ?? next);

    /// <summary>Prepares the step. One thread calls it before any worker starts.</summary>
    private protected abstract void Begin(double rateFactor, bool measuresNorms);

    /// <summary>Ends the step. One thread calls it after all workers have finished.</summary>
    /// <returns>The sum of w·L over the batch.</returns>
    private protected abstract double End();
}
