using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Allocates parameters and running statistics while a network is compiled.</summary>
/// <remarks>It throws an <see cref="ArgumentException"/> that names the layer if their total number exceeds the largest index.</remarks>
public sealed class SlotAllocator
{
    private readonly List<Slot> _parameters = [];
    private readonly List<Slot> _buffers = [];
    private (LayerSpec Spec, LayerPlace Place)? _layer; // the layer that is being compiled

    internal SlotAllocator()
    {
    }

    internal IReadOnlyList<Slot> Parameters => _parameters;

    internal IReadOnlyList<Slot> Buffers => _buffers;

    /// <summary>The length of the parameter vector, including padding.</summary>
    internal int ParameterLength { get; private set; }

    /// <summary>The length of the transposed copies of the matrices, including padding.</summary>
    internal int TransposedLength { get; private set; }

    /// <summary>The length of the running statistics, including padding.</summary>
    internal int BufferLength { get; private set; }

    /// <summary>Sets the layer for which the following parameters are allocated.</summary>
    internal void Begin(LayerSpec spec, LayerPlace place) => _layer = (spec, place);

    /// <summary>Allocates a weight matrix (inputs, units), stored in panels: strips of 16 units.</summary>
    /// <param name="name">The name of the layer, a dot, and the name within the layer.</param>
    /// <param name="inputs">The number of rows.</param>
    /// <param name="units">The number of columns.</param>
    /// <param name="rateFactor">The factor of its learning rate, above 0; see <see cref="Slot.RateFactor"/>. Default 1.</param>
    /// <param name="decayFactor">The factor of its weight decay, above 0; see <see cref="Slot.DecayFactor"/>. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A factor is not above 0 and finite.</exception>
    public Slot Matrix(string name, int inputs, int units, double rateFactor = 1, double decayFactor = 1)
    {
        var slot = new Slot(name, new Shape(inputs, units), SlotKind.Weight, SlotLayout.Panels, ParameterLength)
        {
            TransposedOffset = TransposedLength,
            RateFactor = RequireFactor(rateFactor, nameof(rateFactor)),
            DecayFactor = RequireFactor(decayFactor, nameof(decayFactor)),
        };
        TransposedLength = Sum(TransposedLength, units * Lanes.Pad((long)inputs));
        return AddParameter(slot);
    }

    /// <summary>Allocates a matrix (lines, width) whose rows are read individually. It is not used in matrix products, so it needs no transposed
    /// copy.</summary>
    public Slot Table(string name, int lines, int width) =>
        AddParameter(new Slot(name, new Shape(lines, width), SlotKind.Weight, SlotLayout.Panels, ParameterLength) { IsTable = true });

    /// <summary>Allocates a vector of parameters.</summary>
    /// <param name="name">The name of the layer, a dot, and the name within the layer.</param>
    /// <param name="width">The length of the vector.</param>
    /// <param name="kind">The role of the parameters.</param>
    /// <param name="rateFactor">The factor of their learning rate, above 0; see <see cref="Slot.RateFactor"/>. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not above 0 and finite.</exception>
    public Slot Vector(string name, int width, SlotKind kind, double rateFactor = 1) => Vectors(name, 1, width, kind, rateFactor);

    /// <summary>Allocates several vectors of parameters, (count, width). Each row is padded to a multiple of 16.</summary>
    /// <param name="name">The name of the layer, a dot, and the name within the layer.</param>
    /// <param name="count">The number of vectors.</param>
    /// <param name="width">The length of each vector.</param>
    /// <param name="kind">The role of the parameters.</param>
    /// <param name="rateFactor">The factor of their learning rate, above 0; see <see cref="Slot.RateFactor"/>. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not above 0 and finite.</exception>
    public Slot Vectors(string name, int count, int width, SlotKind kind, double rateFactor = 1) =>
        AddParameter(new Slot(name, new Shape(count, width), kind, SlotLayout.RowMajor, ParameterLength)
        {
            RateFactor = RequireFactor(rateFactor, nameof(rateFactor)),
        });

    /// <summary>Allocates a vector of running statistics.</summary>
    /// <param name="name">The name of the layer, a dot, and the name within the layer.</param>
    /// <param name="width">The length of the vector.</param>
    /// <param name="least">The minimum value of its elements: 0 for a variance. Default: any finite number.</param>
    public Slot Buffer(string name, int width, float least = float.MinValue)
    {
        var slot = new Slot(name, new Shape(1, width), SlotKind.Buffer, SlotLayout.RowMajor, BufferLength) { Least = least };
        BufferLength = Sum(BufferLength, Lanes.Pad((long)width));
        _buffers.Add(slot);
        return slot;
    }

    private static double RequireFactor(double factor, string name) => factor > 0 && double.IsFinite(factor)
        ? factor
        : throw new ArgumentOutOfRangeException(
            name, FormattableString.Invariant($"A factor of a parameter must be above 0 and finite but is {factor}; 1 has no effect."));

    private Slot AddParameter(Slot slot)
    {
        ParameterLength = Sum(ParameterLength, slot.Shape.Rows * Lanes.Pad((long)slot.Shape.Columns));
        _parameters.Add(slot);
        return slot;
    }

    private int Sum(int length, long more) => length + more <= int.MaxValue
        ? (int)(length + more)
        : throw new ArgumentException(
            $"With layer {_layer?.Place.Name}, {_layer?.Spec} over {_layer?.Place.Input} inputs, the network has more parameters "
            + "than one array can hold; use fewer inputs or units.",
            "layers");
}
