using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A layer that is made of layers.</summary>
/// <remarks>The kinds are those of this library; a network with other connections is made of them.</remarks>
public abstract record CompositeSpec : LayerSpec
{
    // Deeper than networks are, and shallow enough for every recursion over a network.
    private const int MostLevels = 24;

    private readonly LayerSpec[] _layers;

    private protected CompositeSpec(IReadOnlyList<LayerSpec> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        _layers = [.. layers];
        Layers = Array.AsReadOnly(_layers);
        Levels = 1 + _layers.Select(layer => (layer as CompositeSpec)?.Levels ?? 0).DefaultIfEmpty(0).Max();
        if (Levels > MostLevels)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Layers are nested {Levels} levels deep but at most {MostLevels} are allowed; ")
                    + "put layers one after the other.",
                nameof(layers));
        }
    }

    /// <summary>The layers that it is made of, in order.</summary>
    public IReadOnlyList<LayerSpec> Layers { get; }

    /// <summary>How deep layers are nested in it, itself included.</summary>
    internal int Levels { get; }

    /// <summary>The shape that the first of its layers reads.</summary>
    internal virtual TensorShape InnerShape(TensorShape input) => input;

    /// <summary>What brings its inputs into this shape; null where they have it.</summary>
    internal virtual Layer<T>? Opening<T>(TensorShape input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => null;

    /// <summary>Whether its inputs are added to the outputs of its last layer.</summary>
    internal virtual bool AddsInput => false;

    /// <summary>Whether each of its layers reads its inputs, and not what the layer before it gives.</summary>
    internal virtual bool IsParallel => false;

    /// <summary>Throws an <see cref="ArgumentException"/> if its layers, each of which reads what it is given, do not fit it.</summary>
    internal void RequireShapes(TensorShape input) => OutputShape(input);

    /// <summary>This layer with other layers in it, its name and options as they are.</summary>
    internal abstract CompositeSpec Of(IReadOnlyList<LayerSpec> layers);

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input) =>
        Layers.Aggregate(InnerShape(input), (shape, layer) => layer.OutputShape(shape));

    /// <summary>Checks the options of its layers, too.</summary>
    public override void Validate()
    {
        foreach ((int index, LayerSpec layer) in Layers.Index())
        {
            if (layer is null)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Layer {index} of a {GetType().Name} is null; leave it out."), nameof(Layers));
            }


            layer.Validate();
        }
    }

    /// <summary>Whether the other one is of the same kind and name and has equal layers.</summary>
    /// <param name="other">Another layer.</param>
    public virtual bool Equals(CompositeSpec? other) => base.Equals(other) && _layers.SequenceEqual(other._layers);

    /// <inheritdoc/>
    public override int GetHashCode() => _layers.Aggregate(base.GetHashCode(), HashCode.Combine);

    /// <summary>Not possible: a network compiles the layers that it is made of, one by one.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public sealed override Layer<T> Compile<T>(LayerPlace place) =>
        throw new NotSupportedException($"A {GetType().Name} is no single layer; put it into a NetworkSpec, which compiles what it is made of.");

    /// <inheritdoc/>
    protected internal override string Detail => _layers.Length <= 4
        ? string.Join(", ", Layers)
        : FormattableString.Invariant($"{Layers[0]}, … {_layers.Length} in all");
}
