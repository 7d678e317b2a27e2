namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// How far a training, or a part of it that has a schedule of its own, has come: all that a <see cref="Schedule"/> may decide by.
/// </summary>
public readonly record struct TrainingTime
{
    /// <summary>The number of the step about to be made, counted from 1.</summary>
    public required long Step { get; init; }

    /// <summary>The number of the epoch that it belongs to, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps in an epoch, at least 1.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>The most epochs of the training, at least 1.</summary>
    public required int MaximumEpochs { get; init; }

    /// <summary>
    /// (epochs done): what was measured on the validation rows after each epoch, in their order and so that lower is better: the loss, or
    /// the stopping metric with its sign turned where higher is better. Empty without validation.
    /// </summary>
    public ReadOnlyMemory<double> Validated { get; init; }

    /// <summary>The most steps of the training, at least 1.</summary>
    public long MaximumSteps => StepsOfPart ?? (long)StepsPerEpoch * MaximumEpochs;

    /// <summary>The share of all steps that have been made, in [0, 1).</summary>
    public double Progress => (Step - 1) / (double)MaximumSteps;

    /// <summary>The states of schedules after the epochs so far of a training; null outside of one.</summary>
    internal PlateauStates? Plateaus { get; init; }

    // Where it is no whole number of epochs.
    private long? StepsOfPart { get; init; }

    /// <summary>This moment as it is seen by a schedule that begins after some steps, and does not know of them.</summary>
    /// <param name="steps">The steps before it, at least 0.</param>
    public TrainingTime After(long steps)
    {
        long left = Math.Max(1, MaximumSteps - steps);
        int before = (int)Math.Min(steps / StepsPerEpoch, Validated.Length);
        return this with
        {
            Step = Step - steps,
            Epoch = (int)((Step - steps - 1) / StepsPerEpoch) + 1,
            MaximumEpochs = (int)((left - 1) / StepsPerEpoch) + 1,
            StepsOfPart = left,
            Validated = Validated[before..],
        };
    }

    /// <summary>This moment as it is seen by a schedule that lasts some epochs; after its end, its last moment.</summary>
    /// <param name="epochs">The epochs that it lasts, at least 1.</param>
    public TrainingTime Until(int epochs)
    {
        TrainingTime time = this with { MaximumEpochs = epochs, StepsOfPart = null };
        return time.Step <= time.MaximumSteps
            ? time
            : time with { Step = time.MaximumSteps, Epoch = epochs, Validated = Validated[..Math.Min(epochs - 1, Validated.Length)] };
    }
}
