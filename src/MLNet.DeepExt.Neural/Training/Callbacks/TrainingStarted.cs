using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>What a training is about to do.</summary>
public sealed record TrainingStarted
{
    /// <summary>The network that is trained.</summary>
    public required NetworkSpec Network { get; init; }

    /// <summary>Which network of an <see cref="TrainingOptions.Ensemble"/> is trained, counted from 1. Default 1.</summary>
    public int NetworkNumber { get; init; } = 1;

    /// <summary>How many networks are trained, one after the other. Default 1.</summary>
    public int Networks { get; init; } = 1;

    /// <summary>Rows that are learned from.</summary>
    public required int TrainingRows { get; init; }

    /// <summary>Rows that decide when to stop; 0 without validation.</summary>
    public required int ValidationRows { get; init; }

    /// <summary>Steps in an epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>The most epochs, those that were made before a checkpoint included.</summary>
    public required int MaximumEpochs { get; init; }

    /// <summary>The epochs that were made before the checkpoint that training goes on from; empty where it begins.</summary>
    public required IReadOnlyList<EpochRecord> EarlierEpochs { get; init; }

    /// <summary>
    /// The steps that were made before that checkpoint, those of an epoch that was not over included; 0 where training begins.
    /// </summary>
    public required long EarlierSteps { get; init; }
}
