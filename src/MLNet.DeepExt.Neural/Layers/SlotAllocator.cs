using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Hands out places in the parameter vector and among the buffers while a network is compiled.</summary>
/// <remarks>It throws an <see cref="OverflowException"/> when they are more than an index can count.</remarks>
internal sealed class SlotAllocator
{
    private readonly List<Slot> _parameters = [];
    private readonly List<Slot> _buffers = [];

    public IReadOnlyList<Slot> Parameters => _parameters;

    public IReadOnlyList<Slot> Buffers => _buffers;

    /// <summary>Elements of the parameter vector, padding included.</summary>
    public int ParameterLength { get; private set; }

    /// <summary>Elements of the transposed copies of the matrices, padding included.</summary>
    public int TransposedLength { get; private set; }

    /// <summary>Elements of the running statistics, padding included.</summary>
    public int BufferLength { get; private set; }

    /// <summary>A weight matrix (inputs, units).</summary>
    public Slot Matrix(string name, int inputs, int units)
    {
        var slot = new Slot(name, new Shape(inputs, units), SlotKind.Weight, SlotLayout.Panels, ParameterLength)
        {
            TransposedOffset = TransposedLength,
        };
        TransposedLength = checked(TransposedLength + slot.TransposedLength);
        return AddParameter(slot);
    }

    /// <summary>A vector of parameters.</summary>
    public Slot Vector(string name, int width, SlotKind kind) =>
        AddParameter(new Slot(name, new Shape(1, width), kind, SlotLayout.RowMajor, ParameterLength));

    /// <summary>A vector of running statistics.</summary>
    public Slot Buffer(string name, int width, float least = float.MinValue)
    {
        var slot = new Slot(name, new Shape(1, width), SlotKind.Buffer, SlotLayout.RowMajor, BufferLength) { Least = least };
        BufferLength = checked(BufferLength + slot.Length);
        _buffers.Add(slot);
        return slot;
    }

    private Slot AddParameter(Slot slot)
    {
        ParameterLength = checked(ParameterLength + slot.Length);
        _parameters.Add(slot);
        return slot;
    }
}
