namespace MLNet.DeepExt.Neural.Training;

/// <summary>The progress of a training and its remaining time.</summary>
public sealed record TrainingProgress
{
    /// <summary>The number of the current network of an <see cref="TrainingOptions.Ensemble"/>, counted from 1. Default 1.</summary>
    public int NetworkNumber { get; init; } = 1;

    /// <summary>The number of networks that are trained in sequence; epochs and steps refer to the current one. Default 1.</summary>
    public int Networks { get; init; } = 1;

    /// <summary>The number of the current epoch, counted from 1; the last one when training is finished.</summary>
    public required int Epoch { get; init; }

    /// <summary>The maximum number of epochs.</summary>
    public required int MaximumEpochs { get; init; }

    /// <summary>The number of steps so far, over all epochs, including those before a checkpoint.</summary>
    public required long Step { get; init; }

    /// <summary>The number of steps of all epochs.</summary>
    public required long MaximumSteps { get; init; }

    /// <summary>The time since training began or resumed from a checkpoint; of the first network, if there are several.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>
    /// The remaining time if every epoch of all networks is run, estimated from the steps of the current network; early stopping may end sooner.
    /// Null before a whole epoch has been run, or 20 steps and 5 seconds have passed, because the first steps, with compilation of code and reading
    /// of rows, take longer. 0 when training of the last network is finished; null if it was cancelled.
    /// </summary>
    public required TimeSpan? RemainingAtMost { get; init; }

    /// <summary>The last finished epoch; null in the first one.</summary>
    public required EpochRecord? LatestEpoch { get; init; }

    /// <summary>True if <see cref="LatestEpoch"/> has just ended: once for each epoch.</summary>
    public bool IsEpochEnd { get; init; }

    /// <summary>The reason why training ended; null while it runs. Reported once for each network, at its end.</summary>
    public StopReason? Reason { get; init; }

    /// <summary>
    /// The fraction of completed steps of all networks, from 0 to 1. A network is complete when its training ends, unless it was cancelled: then
    /// the fraction does not change.
    /// </summary>
    public double Fraction => (NetworkNumber - 1 + FractionOfNetwork) / Networks;

    private double FractionOfNetwork =>
        Reason is not (null or StopReason.Cancelled) ? 1 : MaximumSteps == 0 ? 0 : Math.Min(1, (double)Step / MaximumSteps);
}
