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
    /// The temperature by which the logits were divided after training; 1 if <see cref="TrainingOptions.TemperatureScaling"/> had no effect. The
    /// values of the best epoch in the history were measured before. Each network of an ensemble has its own temperature, except with
    /// cross-fitting; this is that of the first one.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// With <see cref="TrainingOptions.CrossFitting"/>, the mean loss of the rows, each predicted by the network that was not
    /// trained on it; for probabilities, without label smoothing and at the fitted temperature. Null without cross-fitting, and if training was
    /// cancelled.
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
