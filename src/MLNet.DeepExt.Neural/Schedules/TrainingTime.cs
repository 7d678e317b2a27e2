namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// The position in a training, or in a part of it with a separate schedule. A <see cref="Schedule"/> depends on it only.
/// </summary>
public readonly record struct TrainingTime
{
    /// <summary>The number of the step about to be made, counted from 1.</summary>
    public required long Step { get; init; }

    /// <summary>The number of the epoch that it belongs to, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of steps of an epoch, at least 1.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>The maximum number of epochs of the training, at least 1.</summary>
    public required int MaximumEpochs { get; init; }

    /// <summary>
    /// (completed epochs): the validation value after each epoch, in order, where lower is better: the loss, or
    /// the stopping metric, negated if higher is better. Empty without validation.
    /// </summary>
    public ReadOnlyMemory<double> Validated { get; init; }

    /// <summary>The maximum number of steps of the training, at least 1.</summary>
    public long MaximumSteps => StepsOfPart ?? (long)StepsPerEpoch * MaximumEpochs;

    /// <summary>The fraction of completed steps, in [0, 1).</summary>
    public double Progress => (Step - 1) / (double)MaximumSteps;

    /// <summary>The states of schedules after the epochs of a training so far; null outside a training.</summary>
    internal PlateauStates? Plateaus { get; init; }

    // The number of steps, if the part is not a whole number of epochs.
    private long? StepsOfPart { get; init; }

    /// <summary>Returns the position relative to a schedule that begins after some steps.</summary>
    /// <param name="steps">The number of steps before the schedule, at least 0.</param>
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

    /// <summary>Returns the position relative to a schedule that lasts some epochs; after its end, its last position.</summary>
    /// <param name="epochs">The number of epochs, at least 1.</param>
    public TrainingTime Until(int epochs)
    {
        TrainingTime time = this with { MaximumEpochs = epochs, StepsOfPart = null };
        return time.Step <= time.MaximumSteps
            ? time
            : time with { Step = time.MaximumSteps, Epoch = epochs, Validated = Validated[..Math.Min(epochs - 1, Validated.Length)] };
    }
}
