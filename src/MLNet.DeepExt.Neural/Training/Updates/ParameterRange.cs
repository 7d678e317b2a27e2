namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>A range of θ whose elements are updated alike.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="RateFactor">What the learning rate is multiplied by.</param>
/// <param name="AreWeights">Whether they are weights, which are regularized and decay; biases and scales are not.</param>
/// <param name="Slot">The number of the slot that they belong to, or of the first of several.</param>
internal readonly record struct ParameterRange(int From, int To, double RateFactor, bool AreWeights, int Slot);
