namespace MLNet.DeepExt.Neural.Training;

/// <summary>How far a training has come, and how long it may yet take.</summary>
public sealed record TrainingProgress
{
    /// <summary>Which network of an <see cref="TrainingOptions.Ensemble"/> is trained, counted from 1. Default 1.</summary>
    public int NetworkNumber { get; init; } = 1;

    /// <summary>How many networks are trained, one after the other; epochs and steps are those of one. Default 1.</summary>
    public int Networks { get; init; } = 1;

    /// <summary>The number of the epoch that is under way, counted from 1; when training is over, the last one.</summary>
    public required int Epoch { get; init; }

    /// <summary>The most epochs.</summary>
    public required int MaximumEpochs { get; init; }

    /// <summary>Steps so far, over all epochs, those before a checkpoint included.</summary>
    public required long Step { get; init; }

    /// <summary>The steps of all epochs.</summary>
    public required long MaximumSteps { get; init; }

    /// <summary>The time since training began, or went on from a checkpoint: that of the first network, where there are several.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>
    /// The time that is left if every epoch is run, of all networks, by the steps so far of this one; early stopping may end sooner. Null until a whole epoch has been run,
    /// or 20 steps and 5 seconds have passed: the first steps, in which code is compiled and rows are read, take longer than those that follow.
    /// When training of the last network is over, 0; null if it was cancelled.
    /// </summary>
    public required TimeSpan? RemainingAtMost { get; init; }

    /// <summary>The last epoch that has ended; null in the first one.</summary>
    public required EpochRecord? LatestEpoch { get; init; }

    /// <summary>Whether <see cref="LatestEpoch"/> has ended just now: true once for each epoch.</summary>
    public bool IsEpochEnd { get; init; }

    /// <summary>Why training is over; null while it is not. Reported once for each network, in the end.</summary>
    public StopReason? Reason { get; init; }

    /// <summary>
    /// The share of the steps that is done, of all networks, from 0 to 1; a network is done when its training is over, unless it was cancelled: then
    /// the share stays where it was.
    /// </summary>
    public double Fraction => (NetworkNumber - 1 + FractionOfNetwork) / Networks;

    private double FractionOfNetwork =>
        Reason is not (null or StopReason.Cancelled) ? 1 : MaximumSteps == 0 ? 0 : Math.Min(1, (double)Step / MaximumSteps);
}
