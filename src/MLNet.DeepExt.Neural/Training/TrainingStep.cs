using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// What is done with a batch: networks are passed forward and backward, and updated. The loop of a training, its checkpoints, norms and history
/// use this interface alone.
/// </summary>
internal abstract class TrainingStep : ITeamWork
{
    /// <summary>The rows of the step, which the source fills.</summary>
    public abstract Batch<float> Batch { get; }

    /// <summary>One updater for each network that is trained. The first network is the one that is judged by validation rows.</summary>
    public abstract IReadOnlyList<NetworkUpdater> Updaters { get; }

    /// <summary>Σ w of the last batch.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>Steps so far.</summary>
    public long Steps { get; set; }

    /// <summary>Where in a training the step stands, for the schedules of layers and transforms; null outside of one.</summary>
    public TrainingTime? Time { get; private set; }

    /// <summary>Trains on the batch that the source has just moved to.</summary>
    /// <param name="team">The workers.</param>
    /// <param name="rateFactor">What the learning rates are multiplied by.</param>
    /// <param name="measuresNorms">Whether norms of gradients and outputs are measured.</param>
    /// <param name="time">Where in a training the step stands; null (default) if it is part of none.</param>
    /// <returns>The sum of w·L over the batch, L being the cost of a row before the update.</returns>
    public double Run(WorkerTeam team, double rateFactor, bool measuresNorms = false, TrainingTime? time = null)
    {
        Time = time;
        TotalWeight = Batch.TotalWeight();
        Steps++;
        Begin(rateFactor, measuresNorms);
        team.Run(this);
        return End();
    }

    /// <summary>One worker's share of the step.</summary>
    public abstract void Run(Worker worker);

    /// <summary>The norms of every layer, after a step that measured them.</summary>
    public abstract IReadOnlyList<LayerNorms> Norms();

    /// <summary>The first layer whose last outputs are not all finite, in words to follow "first seen after"; null if there is none.</summary>
    public abstract string? FindNonFiniteLayer();

    /// <summary>Gives the networks of averages the averages so far.</summary>
    public void WriteAverages()
    {
        foreach (NetworkUpdater updater in Updaters)
            updater.WriteAverage();
    }

    /// <summary>The penalty on all weights as they are; null without a regularizer.</summary>
    public double? Penalty() => Updaters.Select(updater => updater.Penalty(Batch.Rows)).Aggregate((sum, next) => sum + next ?? sum ?? next);

    /// <summary>Prepares the step. One thread does it, before any worker begins.</summary>
    private protected abstract void Begin(double rateFactor, bool measuresNorms);

    /// <summary>Ends the step. One thread does it, after every worker has ended.</summary>
    /// <returns>The sum of w·L over the batch.</returns>
    private protected abstract double End();
}
