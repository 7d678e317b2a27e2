namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>Features that belong together, such as the one-hot slots of a category.</summary>
/// <param name="First">The first one, at least 0.</param>
/// <param name="Count">How many, at least 1.</param>
public readonly record struct SlotRange(int First, int Count);
