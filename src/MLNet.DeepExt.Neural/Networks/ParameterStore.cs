using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// All numbers of a network: one vector θ of what is learned, and apart from it the running statistics. Each part is
/// found by its <see cref="Slot"/> and read and written row-major, whatever its layout in memory.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ParameterStore<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Memory<T> _values;
    private readonly Lock _transposing = new();
    private readonly Memory<T> _buffers;
    private readonly HashSet<Slot> _known;

    internal ParameterStore(SlotAllocator slots)
    {
        Slots = [.. slots.Parameters];
        Buffers = [.. slots.Buffers];
        _known = [.. Slots, .. Buffers];
        _values = AlignedMemory.Allocate<T>(slots.ParameterLength);
        _buffers = AlignedMemory.Allocate<T>(slots.BufferLength);
    }

    /// <summary>What is learned, in the order of θ.</summary>
    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>Running statistics, which no optimizer changes.</summary>
    public IReadOnlyList<Slot> Buffers { get; }

    /// <summary>θ, padding included: what optimizers and gradients run over.</summary>
    internal Span<T> Values => _values.Span;

    /// <summary>Null until a pass can go backward.</summary>
    internal TransposedWeights<T>? Transposed { get; private set; }

    internal Span<T> BufferValues => _buffers.Span;

    /// <summary><see cref="Values"/>, to be kept.</summary>
    internal Memory<T> AllValues => _values;

    /// <summary><see cref="BufferValues"/>, to be kept.</summary>
    internal Memory<T> AllBuffers => _buffers;

    /// <summary>Reads a slot.</summary>
    /// <param name="slot">One of <see cref="Slots"/> or <see cref="Buffers"/>.</param>
    /// <returns>Its values, row-major: (rows, columns) of its shape.</returns>
    /// <exception cref="ArgumentException">The slot is another network's.</exception>
    public T[] Read(Slot slot)
    {
        RequireKnown(slot);
        var values = new T[slot.Shape.Count];
        ReadFrom(slot, StorageOf(slot), values);
        return values;
    }

    /// <summary>Writes a slot.</summary>
    /// <param name="slot">One of <see cref="Slots"/> or <see cref="Buffers"/>.</param>
    /// <param name="rowMajor">Its values: (rows, columns) of its shape.</param>
    /// <exception cref="ArgumentException">The slot is another network's, or there are more or fewer values than its shape has.</exception>
    public void Write(Slot slot, ReadOnlySpan<T> rowMajor)
    {
        RequireKnown(slot);
        if (rowMajor.Length != slot.Shape.Count)
        {
            throw new ArgumentException(
                $"The slot {slot.Name} has shape {slot.Shape} but was given {rowMajor.Length} values; give it {slot.Shape.Count}.",
                nameof(rowMajor));
        }

        WriteTo(slot, rowMajor, StorageOf(slot));
        if (slot.Kind != SlotKind.Buffer)
            Transposed?.Refresh(Values, slot.Offset, slot.Offset + slot.Length);
    }

    /// <summary>Reads a slot out of a vector that is laid out as θ, such as its gradient.</summary>
    internal static void ReadFrom(Slot slot, ReadOnlySpan<T> vector, Span<T> rowMajor) =>
        ReadPart(slot, vector.Slice(slot.Offset, slot.Length), rowMajor);

    /// <summary>Writes a slot into a vector that is laid out as θ.</summary>
    internal static void WriteTo(Slot slot, ReadOnlySpan<T> rowMajor, Span<T> vector) =>
        WritePart(slot, rowMajor, vector.Slice(slot.Offset, slot.Length));

    /// <summary>Reads a slot, given the part of a vector that is its own.</summary>
    internal static void ReadPart(Slot slot, ReadOnlySpan<T> part, Span<T> rowMajor)
    {
        if (slot.Layout == SlotLayout.Panels)
            Panels.Read(slot.Shape.Rows, slot.Shape.Columns, part, rowMajor);
        else
            CopyRows(slot, part, Lanes.Pad(slot.Shape.Columns), rowMajor, slot.Shape.Columns);
    }

    /// <summary>Writes a slot into the part of a vector that is its own.</summary>
    internal static void WritePart(Slot slot, ReadOnlySpan<T> rowMajor, Span<T> part)
    {
        if (slot.Layout == SlotLayout.Panels)
            Panels.Write(slot.Shape.Rows, slot.Shape.Columns, rowMajor, part);
        else
            CopyRows(slot, rowMajor, slot.Shape.Columns, part, Lanes.Pad(slot.Shape.Columns));
    }

    /// <summary>After <see cref="Values"/> have been written otherwise than through <see cref="Write"/>.</summary>
    internal void RefreshTransposed() => Transposed?.Refresh(Values, 0, Values.Length);

    /// <summary>Makes transposed copies of the matrices that begin at or after a place in θ.</summary>
    internal void KeepTransposed(int from)
    {
        lock (_transposing)
        {
            if (Transposed is null || Transposed.From > from)
                Transposed = new TransposedWeights<T>(Slots, from, Values);
        }
    }

    /// <summary>Copies everything that was learned from a store of the same layout.</summary>
    internal void CopyFrom(ParameterStore<T> source)
    {
        source._values.CopyTo(_values);
        source._buffers.CopyTo(_buffers);
        RefreshTransposed();
    }

    private static void CopyRows(Slot slot, ReadOnlySpan<T> from, int fromStride, Span<T> to, int toStride)
    {
        for (int row = 0; row < slot.Shape.Rows; row++)
            from.Slice(row * fromStride, slot.Shape.Columns).CopyTo(to[(row * toStride)..]);
    }

    private void RequireKnown(Slot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        if (!_known.Contains(slot))
        {
            throw new ArgumentException(
                $"The slot {slot.Name} ({slot.Shape} at {slot.Offset}) is none of this network's; take one of its Slots or Buffers.",
                nameof(slot));
        }
    }

    private Span<T> StorageOf(Slot slot) => slot.Kind == SlotKind.Buffer ? BufferValues : Values;
}
