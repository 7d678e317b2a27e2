namespace MLNet.DeepExt.Neural.Training;

/// <summary>The start of an epoch.</summary>
/// <param name="Epoch">The number of the epoch, counted from 1.</param>
/// <param name="LearningRate">The step size of its first step.</param>
public sealed record EpochStarted(int Epoch, double LearningRate);
