using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>What an epoch came to.</summary>
public sealed record EpochRecord
{
    /// <summary>Its number, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The weighted mean loss of the training rows, each as it was seen while the weights were changing.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>The weighted mean loss of the validation rows after the epoch; null without validation.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>
    /// The <see cref="TrainingOptions.Metrics"/> of the validation rows after the epoch by their names, in the order in which they were
    /// asked for; empty without validation.
    /// </summary>
    public IReadOnlyDictionary<string, double> ValidationMetrics { get; init; } = MetricValues.Empty;

    /// <summary>The step size.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Training rows per second of the epoch, validation not counted.</summary>
    public required double RowsPerSecond { get; init; }
}
