namespace MLNet.DeepExt.Neural.Training;

/// <summary>The norms of a layer in the last step of an epoch.</summary>
/// <param name="Layer">The index of the layer, from 0, and its description, such as <c>0 Dense(256)</c>.</param>
/// <param name="Activation">The root mean square of its outputs over the batch.</param>
/// <param name="Gradient">
/// The norm ‖∂J/∂θ‖₂ of the gradient of its parameters, including a smooth penalty, before clipping; null for a layer without parameters
/// and for a frozen layer.
/// </param>
/// <param name="Weight">The norm ‖θ‖₂ of its parameters after the step; null for a layer without parameters.</param>
public sealed record LayerNorms(string Layer, double Activation, double? Gradient, double? Weight)
{
    /// <summary>
    /// The fraction of its outputs over the batch, from 0 to 1, within 0.01 of a limit of sigmoid and tanh, or within 1 % of the lower limit
    /// of ELU, SELU and softplus. There the slope, and with it the gradient, is close to 0. Null for any other layer.
    /// </summary>
    public double? Saturated { get; init; }

    /// <summary>
    /// The fraction of the units of a ReLU, from 0 to 1, that were 0 in every row of the batch and so learned nothing from it. Null for any other
    /// layer, and for batches of fewer than 32 rows, which are not conclusive.
    /// </summary>
    public double? Dead { get; init; }
}
