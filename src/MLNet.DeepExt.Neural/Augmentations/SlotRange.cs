namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>A range of features that belong together, such as the one-hot slots of a category.</summary>
/// <param name="First">The first feature, at least 0.</param>
/// <param name="Count">The number of features, at least 1.</param>
public readonly record struct SlotRange(int First, int Count);
