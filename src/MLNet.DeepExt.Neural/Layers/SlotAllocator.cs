using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Hands out places in the parameter vector and among the buffers while a network is compiled.</summary>
/// <remarks>It throws an <see cref="ArgumentException"/> that names the layer when they are more than an index can count.</remarks>
internal sealed class SlotAllocator
{
    private readonly List<Slot> _parameters = [];
    private readonly List<Slot> _buffers = [];
    private (LayerSpec Layer, int Index, int Inputs)? _layer; // that is being compiled

    public IReadOnlyList<Slot> Parameters => _parameters;

    public IReadOnlyList<Slot> Buffers => _buffers;

    /// <summary>Elements of the parameter vector, padding included.</summary>
    public int ParameterLength { get; private set; }

    /// <summary>Elements of the transposed copies of the matrices, padding included.</summary>
    public int TransposedLength { get; private set; }

    /// <summary>Elements of the running statistics, padding included.</summary>
    public int BufferLength { get; private set; }

    /// <summary>The places from now on are for this layer.</summary>
    public void Begin(LayerSpec layer, int index, int inputs) => _layer = (layer, index, inputs);

    /// <summary>A weight matrix (inputs, units).</summary>
    public Slot Matrix(string name, int inputs, int units)
    {
        var slot = new Slot(name, new Shape(inputs, units), SlotKind.Weight, SlotLayout.Panels, ParameterLength)
        {
            TransposedOffset = TransposedLength,
        };
        TransposedLength = Sum(TransposedLength, units * Lanes.Pad((long)inputs));
        return AddParameter(slot);
    }

    /// <summary>A matrix (lines, width) whose rows are read one by one, never multiplied by; no transposed copy of it is ever needed.</summary>
    public Slot Table(string name, int lines, int width) =>
        AddParameter(new Slot(name, new Shape(lines, width), SlotKind.Weight, SlotLayout.Panels, ParameterLength) { IsTable = true });

    /// <summary>A vector of parameters.</summary>
    public Slot Vector(string name, int width, SlotKind kind) =>
        AddParameter(new Slot(name, new Shape(1, width), kind, SlotLayout.RowMajor, ParameterLength));

    /// <summary>A vector of running statistics.</summary>
    public Slot Buffer(string name, int width, float least = float.MinValue)
    {
        var slot = new Slot(name, new Shape(1, width), SlotKind.Buffer, SlotLayout.RowMajor, BufferLength) { Least = least };
        BufferLength = Sum(BufferLength, Lanes.Pad((long)width));
        _buffers.Add(slot);
        return slot;
    }

    private Slot AddParameter(Slot slot)
    {
        ParameterLength = Sum(ParameterLength, slot.Shape.Rows * Lanes.Pad((long)slot.Shape.Columns));
        _parameters.Add(slot);
        return slot;
    }

    private int Sum(int length, long more) => length + more <= int.MaxValue
        ? (int)(length + more)
        : throw new ArgumentException(
            $"With layer {_layer?.Index}, {_layer?.Layer} over {_layer?.Inputs} inputs, the network has more parameters "
            + "than one array holds; use fewer inputs or units.",
            "layers");
}
