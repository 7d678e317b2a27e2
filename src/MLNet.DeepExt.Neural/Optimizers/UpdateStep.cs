namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Which update an optimizer makes, and how large.</summary>
/// <param name="Number">Which update of the training it is, counted from 1.</param>
/// <param name="LearningRate">The step size α now: that of the optimizer, as a schedule or the rate of a layer changes it.</param>
internal readonly record struct UpdateStep(long Number, double LearningRate);
