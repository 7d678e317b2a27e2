namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A sequence of layers that is used as one layer and can have a name.</summary>
/// <remarks>
/// It computes the same as its inner layers in place. With a <see cref="LayerSpec.Name"/>, such as <c>hidden</c>, the names of its layers begin
/// with it, <c>hidden.0.dense</c>, and they can be frozen, or trained with a lower learning rate, together.
/// </remarks>
/// <param name="Layers">The layers in order.</param>
public sealed record Sequential(params IReadOnlyList<LayerSpec> Layers) : CompositeSpec(Layers)
{
    internal override CompositeSpec Of(IReadOnlyList<LayerSpec> layers) => new Sequential(layers) { Name = Name };
}
