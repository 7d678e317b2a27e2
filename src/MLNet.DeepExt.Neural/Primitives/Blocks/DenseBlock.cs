using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// Rows of numbers in memory: (rows, width), row-major, each row padded to a whole number of 64-byte lines.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class DenseBlock<T> : InputBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Memory<T> _data; // (capacity, stride)
    private int _rows;

    /// <summary>Allocates a block of zeros that holds <paramref name="capacity"/> rows, all of them in use.</summary>
    /// <param name="capacity">The most rows that it can hold, at least 1.</param>
    /// <param name="width">Numbers in a row, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or both together are more than an array holds.</exception>
    public DenseBlock(int capacity, int width)
        : base(capacity, width)
    {
        if (width > AlignedMemory.MaximumLength)
            throw new ArgumentOutOfRangeException(nameof(width), $"Rows of {width} numbers are more than one array holds; use shorter rows.");
        Stride = Lanes.Stride(width);
        if ((long)capacity * Stride > AlignedMemory.MaximumLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(capacity), $"{capacity} rows of {width} numbers are more than one array holds; use fewer rows.");
        }

        _data = AlignedMemory.Allocate<T>(capacity * Stride);
        _rows = capacity;
    }

    /// <summary>A block in memory that other blocks use as well, in turn. What stands in its padding is not known.</summary>
    /// <param name="memory">(capacity, stride), or longer; begins at a 64-byte line.</param>
    /// <param name="capacity">The most rows that it can hold, at least 1.</param>
    /// <param name="width">Numbers in a row, at least 1.</param>
    internal DenseBlock(Memory<T> memory, int capacity, int width)
        : base(capacity, width)
    {
        Stride = Lanes.Stride(width);
        _data = memory[..(capacity * Stride)];
        _rows = capacity;
    }

    /// <inheritdoc/>
    public override int Rows
    {
        get => _rows;
        set
        {
            RequireRoom(value);
            _rows = value;
        }
    }

    /// <summary>Elements from one row to the next.</summary>
    internal int Stride { get; }

    /// <summary>All memory of the rows in use: (rows, stride).</summary>
    internal Span<T> Data
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _data.Span[..(_rows * Stride)];
    }

    /// <summary>One row: (width).</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    public Span<T> Row(int row) => Data.Slice(row * Stride, Width);

    /// <summary>One row, padded to whole strips.</summary>
    internal Span<T> PaddedRow(int row) => Data.Slice(row * Stride, Lanes.Pad(Width));
}
