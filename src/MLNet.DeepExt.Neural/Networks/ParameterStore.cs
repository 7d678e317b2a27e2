using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// All numbers of a network: one vector θ of the parameters and, separately, the running statistics. Each is
/// identified by its <see cref="Slot"/> and read and written in row-major order, independently of its memory layout.
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

    /// <summary>The parameters, in the order of θ.</summary>
    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>The running statistics, which optimizers do not change.</summary>
    public IReadOnlyList<Slot> Buffers { get; }

    /// <summary>θ including padding, the layout of optimizers and gradients.</summary>
    internal Span<T> Values => _values.Span;

    /// <summary>Null before the first workspace with a backward pass.</summary>
    internal TransposedWeights<T>? Transposed { get; private set; }

    internal Span<T> BufferValues => _buffers.Span;

    /// <summary><see cref="Values"/> as memory that can be stored.</summary>
    internal Memory<T> AllValues => _values;

    /// <summary><see cref="BufferValues"/> as memory that can be stored.</summary>
    internal Memory<T> AllBuffers => _buffers;

    /// <summary>Reads a parameter or running statistics.</summary>
    /// <param name="slot">One of <see cref="Slots"/> or <see cref="Buffers"/>.</param>
    /// <returns>Its values, row-major: (rows, columns) of its shape.</returns>
    /// <exception cref="ArgumentException">The slot belongs to another network.</exception>
    public T[] Read(Slot slot)
    {
        RequireKnown(slot);
        var values = new T[slot.Shape.Count];
        ReadFrom(slot, StorageOf(slot), values);
        return values;
    }

    /// <summary>Writes a parameter or running statistics.</summary>
    /// <param name="slot">One of <see cref="Slots"/> or <see cref="Buffers"/>.</param>
    /// <param name="rowMajor">Its values: (rows, columns) of its shape.</param>
    /// <exception cref="ArgumentException">The slot belongs to another network, or the number of values does not match its shape.</exception>
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

    /// <summary>Reads a parameter from a vector with the layout of θ, such as the gradient.</summary>
    internal static void ReadFrom(Slot slot, ReadOnlySpan<T> vector, Span<T> rowMajor) =>
        ReadPart(slot, vector.Slice(slot.Offset, slot.Length), rowMajor);

    /// <summary>Writes a parameter into a vector with the layout of θ.</summary>
    internal static void WriteTo(Slot slot, ReadOnlySpan<T> rowMajor, Span<T> vector) =>
        WritePart(slot, rowMajor, vector.Slice(slot.Offset, slot.Length));

    /// <summary>Reads a parameter from its part of a vector.</summary>
    internal static void ReadPart(Slot slot, ReadOnlySpan<T> part, Span<T> rowMajor)
    {
        if (slot.Layout == SlotLayout.Panels)
            Panels.Read(slot.Shape.Rows, slot.Shape.Columns, part, rowMajor);
        else
            CopyRows(slot, part, Lanes.Pad(slot.Shape.Columns), rowMajor, slot.Shape.Columns);
    }

    /// <summary>Writes a parameter into its part of a vector.</summary>
    internal static void WritePart(Slot slot, ReadOnlySpan<T> rowMajor, Span<T> part)
    {
        if (slot.Layout == SlotLayout.Panels)
            Panels.Write(slot.Shape.Rows, slot.Shape.Columns, rowMajor, part);
        else
            CopyRows(slot, rowMajor, slot.Shape.Columns, part, Lanes.Pad(slot.Shape.Columns));
    }

    /// <summary>Updates the transposed copies. Call it after changing <see cref="Values"/> other than by <see cref="Write"/>.</summary>
    internal void RefreshTransposed() => Transposed?.Refresh(Values, 0, Values.Length);

    /// <summary>Creates transposed copies of the matrices at or after an offset in θ.</summary>
    internal void KeepTransposed(int from)
    {
        lock (_transposing)
        {
            if (Transposed is null || Transposed.From > from)
                Transposed = new TransposedWeights<T>(Slots, from, Values);
        }
    }

    /// <summary>Copies all parameters and statistics from a store with the same layout.</summary>
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
                $"The slot {slot.Name} ({slot.Shape} at {slot.Offset}) does not belong to this network; use one of its Slots or Buffers.",
                nameof(slot));
        }
    }

    private Span<T> StorageOf(Slot slot) => slot.Kind == SlotKind.Buffer ? BufferValues : Values;
}
