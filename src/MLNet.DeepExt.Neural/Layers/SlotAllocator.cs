using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Hands out places in the parameter vector and among the buffers while a network is compiled.</summary>
/// <remarks>It throws an <see cref="ArgumentException"/> that names the layer when they are more than an index can count.</remarks>
public sealed class SlotAllocator
{
    private readonly List<Slot> _parameters = [];
    private readonly List<Slot> _buffers = [];
    private (LayerSpec Spec, LayerPlace Place)? _layer; // that is being compiled

    internal SlotAllocator()
    {
    }

    internal IReadOnlyList<Slot> Parameters => _parameters;

    internal IReadOnlyList<Slot> Buffers => _buffers;

    /// <summary>Elements of the parameter vector, padding included.</summary>
    internal int ParameterLength { get; private set; }

    /// <summary>Elements of the transposed copies of the matrices, padding included.</summary>
    internal int TransposedLength { get; private set; }

    /// <summary>Elements of the running statistics, padding included.</summary>
    internal int BufferLength { get; private set; }

    /// <summary>The places from now on are for this layer.</summary>
    internal void Begin(LayerSpec spec, LayerPlace place) => _layer = (spec, place);

    /// <summary>A weight matrix (inputs, units), in panels: strip after strip of 16 units.</summary>
    /// <param name="name">The name of the layer, a dot, and a name in the layer.</param>
    /// <param name="inputs">Rows.</param>
    /// <param name="units">Columns.</param>
    /// <param name="rateFactor">What its learning rate is multiplied by, above 0; see <see cref="Slot.RateFactor"/>. Default 1.</param>
    /// <param name="decayFactor">What its weight decay is multiplied by, above 0; see <see cref="Slot.DecayFactor"/>. Default 1.</param>
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

    /// <summary>A matrix (lines, width) whose rows are read one by one, never multiplied by; no transposed copy of it is ever needed.</summary>
    public Slot Table(string name, int lines, int width) =>
        AddParameter(new Slot(name, new Shape(lines, width), SlotKind.Weight, SlotLayout.Panels, ParameterLength) { IsTable = true });

    /// <summary>A vector of parameters.</summary>
    /// <param name="name">The name of the layer, a dot, and a name in the layer.</param>
    /// <param name="width">How many numbers.</param>
    /// <param name="kind">What they are.</param>
    /// <param name="rateFactor">What their learning rate is multiplied by, above 0; see <see cref="Slot.RateFactor"/>. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not above 0 and finite.</exception>
    public Slot Vector(string name, int width, SlotKind kind, double rateFactor = 1) => Vectors(name, 1, width, kind, rateFactor);

    /// <summary>Several vectors of parameters: (count, width), row after row, each padded to a multiple of 16.</summary>
    /// <param name="name">The name of the layer, a dot, and a name in the layer.</param>
    /// <param name="count">How many vectors.</param>
    /// <param name="width">How many numbers each has.</param>
    /// <param name="kind">What they are.</param>
    /// <param name="rateFactor">What their learning rate is multiplied by, above 0; see <see cref="Slot.RateFactor"/>. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not above 0 and finite.</exception>
    public Slot Vectors(string name, int count, int width, SlotKind kind, double rateFactor = 1) =>
        AddParameter(new Slot(name, new Shape(count, width), kind, SlotLayout.RowMajor, ParameterLength)
        {
            RateFactor = RequireFactor(rateFactor, nameof(rateFactor)),
        });

    /// <summary>A vector of running statistics.</summary>
    /// <param name="name">The name of the layer, a dot, and a name in the layer.</param>
    /// <param name="width">How many numbers.</param>
    /// <param name="least">The least number that it may hold: 0 for a variance. Default: any finite number.</param>
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
            name, FormattableString.Invariant($"A factor of a parameter must be above 0 and finite but is {factor}; 1 changes nothing."));

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
            + "than one array holds; use fewer inputs or units.",
            "layers");
}
