using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training.Calibration;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The result of a training.</summary>
public sealed record TrainingResult
{
    /// <summary>The network with the weights of the best epoch.</summary>
    public required Network<float> Network { get; init; }

    /// <summary>The history of the training; for an <see cref="TrainingOptions.Ensemble"/>, that of the first network.</summary>
    public required History History { get; init; }

    /// <summary>The histories of all networks of an <see cref="TrainingOptions.Ensemble"/>, in order; one for a single network.</summary>
    public IReadOnlyList<History> Histories { get => field ?? [History]; init; }

    /// <summary>
    /// For each network (see <see cref="Histories"/>), the temperature by which the logits were divided after training; 1 if
    /// <see cref="TrainingOptions.TemperatureScaling"/> had no effect. With <see cref="TrainingOptions.CrossFitting"/> all are equal. The values in
    /// the history were measured before.
    /// </summary>
    public IReadOnlyList<double> Temperatures { get => field ?? [.. Histories.Select(_ => 1.0)]; init; }

    /// <summary>
    /// With <see cref="TrainingOptions.CrossFitting"/>, the mean loss of the rows after calibration, each predicted by the network that was not
    /// trained on it; for probabilities, the log-loss without label smoothing. Rows that are the only one of their class are in no fold and are not
    /// counted. The value is slightly optimistic, because the same rows selected the epoch and the calibration. Null without cross-fitting, and if
    /// training was cancelled or a network diverged.
    /// </summary>
    public double? CrossFittedLoss { get; init; }

    /// <summary>The logits of the rows of the validation fold; null without folds.</summary>
    internal LogitRows? HeldOut { get; init; }

    /// <summary>The reason why training ended.</summary>
    public required StopReason Reason { get; init; }

    /// <summary>
    /// One line for each network, such as <c>Trained on 900 rows, validated on 100; best epoch 12 of 32: EarlyStopping.</c>
    /// </summary>
    public override string ToString() => Histories.Count == 1
        ? $"{History.Summary}: {Reason}."
        : $"{string.Join('\n', Histories.Select((history, i) => FormattableString.Invariant($"Network {i + 1}: {history.Summary}")))}: {Reason}.";
}
