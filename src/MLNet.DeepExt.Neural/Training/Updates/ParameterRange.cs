namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>A range of θ whose elements are updated by equal rules.</summary>
/// <param name="From">The first element.</param>
/// <param name="To">The end (exclusive).</param>
/// <param name="GradientFrom">
/// The first element of its part of the gradient; below 0 if it has none, because it is updated lazily.
/// </param>
/// <param name="RateFactor">The factor of the learning rate.</param>
/// <param name="DecayFactor">The factor of decoupled weight decay, in addition to the rate.</param>
/// <param name="AreWeights">True for weights, which are regularized and decay; false for biases and scales.</param>
/// <param name="Layer">The index of the layer, or of the first of several.</param>
/// <param name="Slot">The index of the parameter, or of the first of several.</param>
internal readonly record struct ParameterRange(
    int From, int To, int GradientFrom, double RateFactor, double DecayFactor, bool AreWeights, int Layer, int Slot)
{
    public int Length => To - From;

    public bool HasGradient => GradientFrom >= 0;
}
