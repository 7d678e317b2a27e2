using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A residual block: y = x + f(x), where f is the sequence of its layers.</summary>
/// <remarks>
/// The layers learn the difference to x, and gradients also flow past them through x itself, so networks may be deep. f must return the shape
/// that it reads. K. He et al., "Deep residual learning for image recognition", 2016.
/// </remarks>
/// <param name="Layers">f: the layers in order, at least one.</param>
public sealed record Residual(params IReadOnlyList<LayerSpec> Layers) : CompositeSpec(Layers)
{
    internal override bool AddsInput => true;

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        TensorShape output = base.OutputShape(input);
        return output == input
            ? output
            : throw new ArgumentException(FormattableString.Invariant(
                $"The layers of a Residual read {input} numbers but return {output}, so they cannot be added; end them with a Dense of {input.Width} units."),
                nameof(input));
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Layers.Count == 0)
            throw new ArgumentException("A Residual needs at least one layer but has none; remove it.", nameof(Layers));
        base.Validate();
    }

    internal override CompositeSpec Of(IReadOnlyList<LayerSpec> layers) => new Residual(layers) { Name = Name };
}
