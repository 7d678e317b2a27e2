using MLNet.DeepExt.Neural.Optimizers;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>A transform of an update, and the offset of its state.</summary>
/// <param name="Transform">The transform.</param>
/// <param name="FirstState">The number of state values per parameter of the transforms before it.</param>
internal readonly record struct StatefulLink(GradientTransform Transform, int FirstState);
