using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training.Calibration;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>What training gives back.</summary>
public sealed record TrainingResult
{
    /// <summary>The network with the weights of the best epoch.</summary>
    public required Network<float> Network { get; init; }

    /// <summary>How it went: of an <see cref="TrainingOptions.Ensemble"/>, the training of the first network.</summary>
    public required History History { get; init; }

    /// <summary>How the trainings of all networks of an <see cref="TrainingOptions.Ensemble"/> went, in order; of a network alone, one.</summary>
    public IReadOnlyList<History> Histories { get => field ?? [History]; init; }

    /// <summary>
    /// The temperature that the logits were divided by after training; 1 where <see cref="TrainingOptions.TemperatureScaling"/> did nothing. What the
    /// history has of the best epoch was measured before. Each network of an ensemble has its own, but with
    /// cross-fitting; this is that of the first one.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// With <see cref="TrainingOptions.CrossFitting"/> the mean loss of the rows, each of which was predicted by the network that had not
    /// learned from it; of probabilities it is that without label smoothing, at the temperature that was learned. Null without, and where training was cancelled.
    /// </summary>
    public double? CrossFittedLoss { get; init; }

    /// <summary>The logits of the rows that were held out as a fold; null where they were none.</summary>
    internal LogitRows? HeldOut { get; init; }

    /// <summary>Why it ended.</summary>
    public required StopReason Reason { get; init; }

    /// <summary>
    /// One line, such as <c>Trained on 900 rows, validated on 100; best epoch 12 of 32: EarlyStopping.</c>, and as many as there are networks.
    /// </summary>
    public override string ToString() => Histories.Count == 1
        ? $"{History.Summary}: {Reason}."
        : $"{string.Join('\n', Histories.Select((history, i) => FormattableString.Invariant($"Network {i + 1}: {history.Summary}")))}: {Reason}.";
}
