namespace MLNet.DeepExt.Neural.Training;

/// <summary>What a training came to, epoch by epoch.</summary>
public sealed record History
{
    /// <summary>The epochs in order.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>
    /// The number of the epoch whose weights were kept: the one of the lowest validation loss, or of the best value of
    /// <see cref="TrainingOptions.StoppingMetric"/>, or the last one without validation; 0 if no epoch was finished.
    /// </summary>
    public required int BestEpoch { get; init; }

    /// <summary>Rows that were learned from. Rows of weight 0 are not.</summary>
    public required int TrainingRows { get; init; }

    /// <summary>Rows that decided when to stop.</summary>
    public required int ValidationRows { get; init; }
}
