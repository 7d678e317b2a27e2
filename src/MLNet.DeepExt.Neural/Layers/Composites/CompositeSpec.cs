using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A layer that consists of other layers.</summary>
/// <remarks>Only this library derives from it. Networks with other connections are combined from these kinds.</remarks>
public abstract record CompositeSpec : LayerSpec
{
    // More levels than any real network has, and few enough for every recursion over a network.
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
                FormattableString.Invariant($"Layers are nested {Levels} levels deep but at most {MostLevels} levels are allowed; ")
                    + "put layers in sequence.",
                nameof(layers));
        }
    }

    /// <summary>The inner layers, in order.</summary>
    public IReadOnlyList<LayerSpec> Layers { get; }

    /// <summary>The nesting depth, including this layer.</summary>
    internal int Levels { get; }

    /// <summary>The input shape of its first inner layer.</summary>
    internal virtual TensorShape InnerShape(TensorShape input) => input;

    /// <summary>Creates the layer that converts the inputs to <see cref="InnerShape"/>; null if no conversion is needed.</summary>
    internal virtual Layer<T>? Opening<T>(TensorShape input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => null;

    /// <summary>True if its inputs are added to the outputs of its last layer.</summary>
    internal virtual bool AddsInput => false;

    /// <summary>True if each inner layer reads the inputs of this layer, and not the outputs of the inner layer before it.</summary>
    internal virtual bool IsParallel => false;

    /// <summary>Throws an <see cref="ArgumentException"/> if the shapes of its inner layers do not fit together, even if each of them fits its own
    /// input.</summary>
    internal void RequireShapes(TensorShape input) => OutputShape(input);

    /// <summary>Creates a copy with other inner layers and the same name and options.</summary>
    internal abstract CompositeSpec Of(IReadOnlyList<LayerSpec> layers);

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input) =>
        Layers.Aggregate(InnerShape(input), (shape, layer) => layer.OutputShape(shape));

    /// <summary>Validates the options of this layer and of its inner layers.</summary>
    public override void Validate()
    {
        foreach ((int index, LayerSpec layer) in Layers.Index())
        {
            if (layer is null)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Layer {index} of a {GetType().Name} is null; remove it."), nameof(Layers));
            }


            layer.Validate();
        }
    }

    /// <summary>True if the other layer has the same kind and name and equal inner layers.</summary>
    /// <param name="other">Another layer.</param>
    public virtual bool Equals(CompositeSpec? other) => base.Equals(other) && _layers.SequenceEqual(other._layers);

    /// <inheritdoc/>
    public override int GetHashCode() => _layers.Aggregate(base.GetHashCode(), HashCode.Combine);

    /// <summary>Not supported: the network compiles the inner layers one by one.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public sealed override Layer<T> Compile<T>(LayerPlace place) =>
        throw new NotSupportedException($"A {GetType().Name} is not a single layer; put it into a NetworkSpec, which compiles its inner layers.");

    /// <inheritdoc/>
    protected internal override string Detail => _layers.Length <= 4
        ? string.Join(", ", Layers)
        : FormattableString.Invariant($"{Layers[0]}, … {_layers.Length} in total");
}
