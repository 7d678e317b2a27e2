namespace MLNet.DeepExt.Neural.Training;

/// <summary>An epoch that begins.</summary>
/// <param name="Epoch">Its number, counted from 1.</param>
/// <param name="LearningRate">The step size of its first step.</param>
public sealed record EpochStarted(int Epoch, double LearningRate);
