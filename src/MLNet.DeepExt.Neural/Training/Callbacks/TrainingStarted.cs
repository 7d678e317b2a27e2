using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The plan of a training that begins.</summary>
public sealed record TrainingStarted
{
    /// <summary>The trained network.</summary>
    public required NetworkSpec Network { get; init; }

    /// <summary>The number of the network of an <see cref="TrainingOptions.Ensemble"/>, counted from 1. Default 1.</summary>
    public int NetworkNumber { get; init; } = 1;

    /// <summary>The number of networks that are trained in sequence. Default 1.</summary>
    public int Networks { get; init; } = 1;

    /// <summary>The number of training rows.</summary>
    public required int TrainingRows { get; init; }

    /// <summary>The number of validation rows; 0 without validation.</summary>
    public required int ValidationRows { get; init; }

    /// <summary>The number of steps of an epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>The maximum number of epochs, including those before a checkpoint.</summary>
    public required int MaximumEpochs { get; init; }

    /// <summary>The epochs before the checkpoint from which training resumes; empty for a new training.</summary>
    public required IReadOnlyList<EpochRecord> EarlierEpochs { get; init; }

    /// <summary>
    /// The number of steps before that checkpoint, including those of an unfinished epoch; 0 for a new training.
    /// </summary>
    public required long EarlierSteps { get; init; }
}
