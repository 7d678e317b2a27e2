using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Hands out places in the parameter vector and among the buffers while a network is compiled.</summary>
internal sealed class SlotAllocator
{
    private readonly List<Slot> _parameters = [];
    private readonly List<Slot> _buffers = [];
    private int _transposedLength;

    public IReadOnlyList<Slot> Parameters => _parameters;

    public IReadOnlyList<Slot> Buffers => _buffers;

    /// <summary>A weight matrix (inputs, units).</summary>
    public Slot Matrix(string name, int inputs, int units)
    {
        var slot = new Slot(name, new Shape(inputs, units), SlotKind.Weight, SlotLayout.Panels, End(_parameters))
        {
            TransposedOffset = _transposedLength,
        };
        _transposedLength = checked(_transposedLength + slot.TransposedLength);
        _parameters.Add(slot);
        return slot;
    }

    /// <summary>A vector of parameters.</summary>
    public Slot Vector(string name, int width, SlotKind kind)
    {
        var slot = new Slot(name, new Shape(1, width), kind, SlotLayout.RowMajor, End(_parameters));
        _parameters.Add(slot);
        return slot;
    }

    /// <summary>A vector of running statistics.</summary>
    public Slot Buffer(string name, int width)
    {
        var slot = new Slot(name, new Shape(1, width), SlotKind.Buffer, SlotLayout.RowMajor, End(_buffers));
        _buffers.Add(slot);
        return slot;
    }

    private static int End(List<Slot> slots) => slots.Count == 0 ? 0 : checked(slots[^1].Offset + slots[^1].Length);
}
