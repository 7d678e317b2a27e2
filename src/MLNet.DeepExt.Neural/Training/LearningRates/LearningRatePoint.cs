namespace MLNet.DeepExt.Neural.Training;

/// <summary>A step of a <see cref="LearningRateCurve"/>.</summary>
/// <param name="Rate">The learning rate of the step.</param>
/// <param name="Loss">The weighted mean loss of its batch, before the update.</param>
/// <param name="SmoothedLoss">The exponentially weighted average of the losses up to this step, with bias correction.</param>
public readonly record struct LearningRatePoint(double Rate, double Loss, double SmoothedLoss);
