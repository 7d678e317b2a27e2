namespace MLNet.DeepExt.Neural.Training;

/// <summary>The results of a training, epoch by epoch.</summary>
public sealed record History
{
    /// <summary>The epochs in order.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>
    /// The number of the epoch whose weights are returned: the one with the lowest validation loss, or with the best value of
    /// <see cref="TrainingOptions.StoppingMetric"/>; the last one without validation; 0 if no epoch was finished.
    /// </summary>
    public required int BestEpoch { get; init; }

    /// <summary>The number of training rows. Rows of weight 0 do not count.</summary>
    public required int TrainingRows { get; init; }

    /// <summary>The number of validation rows.</summary>
    public required int ValidationRows { get; init; }

    /// <summary>
    /// All warnings in order (see <see cref="ITrainingCallback.OnWarning"/>): failed callbacks and checkpoints, vanishing
    /// gradients, Dense layers without a nonlinearity between them, missing targets. After resuming from a checkpoint, the warnings
    /// since then.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// The numbers of rows and the best epoch, followed by that epoch's line, such as <c>Trained on 900 rows, validated on 100; best epoch
    /// 12 of 32</c>.
    /// </summary>
    public override string ToString() =>
        Epochs.FirstOrDefault(epoch => epoch.Epoch == BestEpoch) is { } best ? $"{Summary}\n{best}" : Summary;

    /// <summary>The numbers of rows and the best epoch.</summary>
    internal string Summary => ValidationRows > 0
        ? FormattableString.Invariant($"Trained on {TrainingRows} rows, validated on {ValidationRows}; best epoch {BestEpoch} of {Epochs.Count}")
        : FormattableString.Invariant($"Trained on {TrainingRows} rows, not validated; last epoch {BestEpoch}");
}
