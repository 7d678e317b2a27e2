namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Layers one after the other, as one that has a name.</summary>
/// <remarks>
/// Computes what its layers would without it. With a <see cref="LayerSpec.Name"/>, such as <c>hidden</c>, its layers are called by it,
/// <c>hidden.0.dense</c>, and frozen or slowed together.
/// </remarks>
/// <param name="Layers">The layers in order.</param>
public sealed record Sequential(params IReadOnlyList<LayerSpec> Layers) : CompositeSpec(Layers)
{
    internal override CompositeSpec Of(IReadOnlyList<LayerSpec> layers) => new Sequential(layers) { Name = Name };
}
