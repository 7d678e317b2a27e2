namespace MLNet.DeepExt.Neural.Training;

/// <summary>How large the numbers of a layer are, in the last step of an epoch.</summary>
/// <param name="Layer">The number of the layer, counted from 0, and what it is, such as <c>0 Dense(256)</c>.</param>
/// <param name="Activation">The root mean square of its outputs over the batch.</param>
/// <param name="Gradient">
/// The norm ‖∂J/∂θ‖₂ of the gradient of its parameters, that of a smooth penalty included, before clipping; null for a layer that learns
/// nothing, a frozen one too.
/// </param>
/// <param name="Weight">The norm ‖θ‖₂ of its parameters after the step; null for a layer that has none.</param>
public sealed record LayerNorms(string Layer, double Activation, double? Gradient, double? Weight)
{
    /// <summary>
    /// The share of its outputs over the batch, from 0 to 1, within 0.01 of an end of the range of sigmoid and tanh, or within 1 % of the low end
    /// of ELU, SELU and softplus: there the slope, and with it the gradient, is next to 0. Null for any other layer.
    /// </summary>
    public double? Saturated { get; init; }

    /// <summary>
    /// The share of the units of a ReLU, from 0 to 1, that were 0 in every row of the batch and so learned nothing from it. Null for any other
    /// layer, and where the batch had fewer than 32 rows, which do not tell.
    /// </summary>
    public double? Dead { get; init; }
}
