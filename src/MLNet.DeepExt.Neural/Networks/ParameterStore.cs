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
    private readonly int _transposedLength;
    private readonly Lock _transposing = new();
    private readonly Memory<T> _buffers;
    private readonly HashSet<Slot> _known;
    private Memory<T> _transposed; // empty until a pass goes backward

    internal ParameterStore(SlotAllocator slots)
    {
        Slots = [.. slots.Parameters];
        Buffers = [.. slots.Buffers];
        _known = [.. Slots, .. Buffers];
        _values = AlignedMemory.Allocate<T>(slots.ParameterLength);
        _transposedLength = slots.TransposedLength;
        _buffers = AlignedMemory.Allocate<T>(slots.BufferLength);
    }

    /// <summary>What is learned, in the order of θ.</summary>
    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>Running statistics, which no optimizer changes.</summary>
    public IReadOnlyList<Slot> Buffers { get; }

    /// <summary>θ, padding included: what optimizers and gradients run over.</summary>
    internal Span<T> Values => _values.Span;

    internal ReadOnlySpan<T> Transposed => _transposed.Span;

    internal Span<T> BufferValues => _buffers.Span;

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
                $"The slot {slot.Name} has shape {slot.Shape} but was given {rowMajor.Length} values; give it {slot.Shape.Count}.", nameof(rowMajor));
        }

        Span<T> storage = StorageOf(slot);
        if (slot.Layout == SlotLayout.Panels)
            Panels.Write(slot.Shape.Rows, slot.Shape.Columns, rowMajor, storage.Slice(slot.Offset, slot.Length));
        else
            rowMajor.CopyTo(storage[slot.Offset..]);
        if (slot.Layout == SlotLayout.Panels && !_transposed.IsEmpty)
            RefreshTransposed(slot, 0, slot.Length);
    }

    /// <summary>Reads a slot out of a vector that is laid out as θ, such as its gradient.</summary>
    internal static void ReadFrom(Slot slot, ReadOnlySpan<T> vector, Span<T> rowMajor)
    {
        if (slot.Layout == SlotLayout.Panels)
            Panels.Read(slot.Shape.Rows, slot.Shape.Columns, vector.Slice(slot.Offset, slot.Length), rowMajor);
        else
            vector.Slice(slot.Offset, rowMajor.Length).CopyTo(rowMajor);
    }

    /// <summary>Makes the transposed copies, which going backward reads and prediction does not need.</summary>
    internal void KeepTransposed()
    {
        lock (_transposing)
        {
            if (!_transposed.IsEmpty)
                return;
            Memory<T> transposed = AlignedMemory.Allocate<T>(_transposedLength);
            foreach (Slot slot in Slots.Where(slot => slot.Layout == SlotLayout.Panels))
                Transpose(slot, 0, slot.Length, transposed.Span);
            _transposed = transposed;
        }
    }

    /// <summary>Brings the transposed copies of elements [from, to) of θ, multiples of 16, up to date.</summary>
    internal void RefreshTransposed(int from, int to)
    {
        // By index: every training step comes here, and the enumerator of an interface is an allocation.
        for (int i = 0; i < Slots.Count; i++)
        {
            Slot slot = Slots[i];
            (int first, int last) = Overlap(slot, from, to);
            if (first < last && slot.Layout == SlotLayout.Panels)
                RefreshTransposed(slot, first - slot.Offset, last - slot.Offset);
        }
    }

    /// <summary>The part of [from, to) that belongs to a slot.</summary>
    internal static (int From, int To) Overlap(Slot slot, int from, int to) =>
        (Math.Max(from, slot.Offset), Math.Min(to, slot.Offset + slot.Length));

    /// <summary>Copies everything that was learned from a store of the same layout.</summary>
    internal void CopyFrom(ParameterStore<T> source)
    {
        source._values.CopyTo(_values);
        source._buffers.CopyTo(_buffers);
        if (!_transposed.IsEmpty)
            RefreshTransposed(0, Values.Length);
    }

    private void RefreshTransposed(Slot slot, int from, int to) => Transpose(slot, from, to, _transposed.Span);

    private void Transpose(Slot slot, int from, int to, Span<T> transposed) => Panels.Transpose<T>(
        slot.Shape.Rows, slot.Shape.Columns, Values.Slice(slot.Offset, slot.Length),
        transposed.Slice(slot.TransposedOffset, slot.TransposedLength), from, to);

    private void RequireKnown(Slot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        if (!_known.Contains(slot))
        {
            throw new ArgumentException(
                $"The slot {slot.Name} ({slot.Shape} at {slot.Offset}) is none of this network's; take one of its Slots or Buffers.", nameof(slot));
        }
    }

    private Span<T> StorageOf(Slot slot) => slot.Kind == SlotKind.Buffer ? BufferValues : Values;
}
