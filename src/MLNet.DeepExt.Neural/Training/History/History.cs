namespace MLNet.DeepExt.Neural.Training;

/// <summary>The figures of a training, epoch by epoch.</summary>
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

    /// <summary>
    /// All that was warned of, in order (see <see cref="ITrainingCallback.OnWarning"/>): callbacks and checkpoints that failed, gradients that
    /// vanish, Dense layers with nothing non-linear between them, targets that are missing. Of a training that goes on from a checkpoint,
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
