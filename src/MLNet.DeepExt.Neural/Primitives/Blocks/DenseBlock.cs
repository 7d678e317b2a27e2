using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// A block of dense rows: (rows, width), row-major, with each row padded to a multiple of 64 bytes.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class DenseBlock<T> : InputBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Memory<T> _data; // (capacity, stride)
    private int _rows;

    /// <summary>Allocates a block of zeros that holds <paramref name="capacity"/> rows, all of them in use.</summary>
    /// <param name="capacity">The maximum number of rows, at least 1.</param>
    /// <param name="width">The number of elements of a row, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the block exceeds the maximum length of an array.</exception>
    public DenseBlock(int capacity, int width)
        : base(capacity, width)
    {
        if (width > AlignedMemory.MaximumLength)
            throw new ArgumentOutOfRangeException(nameof(width), $"Rows of {width} numbers are more than one array can hold; use shorter rows.");
        Stride = Lanes.Stride(width);
        if ((long)capacity * Stride > AlignedMemory.MaximumLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(capacity), $"{capacity} rows of {width} numbers are more than one array can hold; use fewer rows.");
        }

        _data = AlignedMemory.Allocate<T>(capacity * Stride);
        _rows = capacity;
    }

    /// <summary>Creates a block in memory that other blocks also use at other times. Its padding has undefined content.</summary>
    /// <param name="memory">(capacity, stride), or longer; begins at a 64-byte line.</param>
    /// <param name="capacity">The maximum number of rows, at least 1.</param>
    /// <param name="width">The number of elements of a row, at least 1.</param>
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

    /// <summary>The row stride, in elements.</summary>
    internal int Stride { get; }

    /// <summary>All memory of the rows in use: (rows, stride).</summary>
    internal Span<T> Data
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _data.Span[..(_rows * Stride)];
    }

    /// <summary>Returns one row: (width).</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    public Span<T> Row(int row) => Data.Slice(row * Stride, Width);

    /// <summary>Returns one row, padded to whole strips.</summary>
    internal Span<T> PaddedRow(int row) => Data.Slice(row * Stride, Lanes.Pad(Width));
}
