using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>What training gives back.</summary>
public sealed record TrainingResult
{
    /// <summary>The network with the weights of the best epoch.</summary>
    public required Network<float> Network { get; init; }

    /// <summary>How it went.</summary>
    public required History History { get; init; }

    /// <summary>
    /// The temperature that the logits were divided by after training; 1 where <see cref="TrainingOptions.TemperatureScaling"/> did nothing. What the
    /// history has of the best epoch was measured before.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Why it ended.</summary>
    public required StopReason Reason { get; init; }

    /// <summary>
    /// One line, such as <c>Trained on 900 rows, validated on 100; best epoch 12 of 32: EarlyStopping.</c>
    /// </summary>
    public override string ToString() => $"{History.Summary}: {Reason}.";
}
