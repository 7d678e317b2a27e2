using MLNet.DeepExt.Neural.Networks;

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
    /// history has of the best epoch was measured before. Each network of an ensemble has its own; this is that of the first one.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Why it ended.</summary>
    public required StopReason Reason { get; init; }

    /// <summary>
    /// One line, such as <c>Trained on 900 rows, validated on 100; best epoch 12 of 32: EarlyStopping.</c>, and as many as there are networks.
    /// </summary>
    public override string ToString() => Histories.Count == 1
        ? $"{History.Summary}: {Reason}."
        : $"{string.Join('\n', Histories.Select((history, i) => FormattableString.Invariant($"Network {i + 1}: {history.Summary}")))}: {Reason}.";
}
