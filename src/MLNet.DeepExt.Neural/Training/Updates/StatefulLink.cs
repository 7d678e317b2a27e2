using MLNet.DeepExt.Neural.Optimizers;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>A transform of an update, and where its state begins among those of all.</summary>
/// <param name="Transform">The transform.</param>
/// <param name="FirstState">How many numbers the transforms before it remember of each parameter.</param>
internal readonly record struct StatefulLink(GradientTransform Transform, int FirstState);
