namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>How far a training has come, which is all that a <see cref="Schedule"/> may decide by.</summary>
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
    /// (epochs done): what the validation of each epoch came to, in their order and so that lower is better: the loss, or the stopping
    /// metric with its sign turned where higher is better. Empty without validation.
    /// </summary>
    public IReadOnlyList<double> Validated { get; init; }

    /// <summary>The share of all steps that have been made, in [0, 1).</summary>
    public double Progress => (Step - 1) / ((double)StepsPerEpoch * MaximumEpochs);
}
