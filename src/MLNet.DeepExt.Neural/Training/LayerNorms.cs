namespace MLNet.DeepExt.Neural.Training;

/// <summary>How large the numbers of a layer are, in the last step of an epoch.</summary>
/// <param name="Layer">The number of the layer, counted from 0, and what it is, such as <c>0 Dense(256)</c>.</param>
/// <param name="Activation">The root mean square of its outputs over the batch.</param>
/// <param name="Gradient">
/// The norm ‖∂J/∂θ‖₂ of the gradient of its parameters, that of a smooth penalty included, before clipping; null for a layer that learns
/// nothing, a frozen one too.
/// </param>
/// <param name="Weight">The norm ‖θ‖₂ of its parameters after the step; null for a layer that has none.</param>
public sealed record LayerNorms(string Layer, double Activation, double? Gradient, double? Weight);
