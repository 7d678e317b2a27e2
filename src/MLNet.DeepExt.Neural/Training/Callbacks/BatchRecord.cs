namespace MLNet.DeepExt.Neural.Training;

/// <summary>The results of a training step.</summary>
/// <param name="Step">The number of the step, counted from 1 over all epochs.</param>
/// <param name="Epoch">The number of the epoch, counted from 1.</param>
/// <param name="Rows">The number of rows of the batch.</param>
/// <param name="Loss">The weighted mean loss of the batch, before the update.</param>
/// <param name="LearningRate">The step size.</param>
public readonly record struct BatchRecord(long Step, int Epoch, int Rows, double Loss, double LearningRate);
