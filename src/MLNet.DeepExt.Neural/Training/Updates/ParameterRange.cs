namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>A range of θ whose elements are updated alike.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="GradientFrom">
/// Where its part of the gradient begins; below 0 where it has none, because only the lines that a batch touches are updated.
/// </param>
/// <param name="RateFactor">What the learning rate is multiplied by.</param>
/// <param name="DecayFactor">What decoupled weight decay is multiplied by, beside the rate.</param>
/// <param name="AreWeights">Whether they are weights, which are regularized and decay; biases and scales are not.</param>
/// <param name="Layer">The number of the layer that they belong to, or of the first of several.</param>
/// <param name="Slot">The number of the slot that they belong to, or of the first of several.</param>
internal readonly record struct ParameterRange(
    int From, int To, int GradientFrom, double RateFactor, double DecayFactor, bool AreWeights, int Layer, int Slot)
{
    public int Length => To - From;

    public bool HasGradient => GradientFrom >= 0;
}
