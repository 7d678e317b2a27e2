using System.Numerics;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// The inputs of a batch: rows of numbers, written out (<see cref="DenseBlock{T}"/>) or with their zeros left out
/// (<see cref="SparseBlock{T}"/>). A network computes the same from either, to the last bit unless a product is too small for its
/// type and vanishes: then a zero may have the other sign.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class InputBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected InputBlock(int capacity, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Capacity = capacity;
        Width = width;
    }

    /// <summary>The most rows that the block can hold.</summary>
    public int Capacity { get; }

    /// <summary>Numbers in a row, zeros that are left out included.</summary>
    public int Width { get; }

    /// <summary>Rows in use, 0 to <see cref="Capacity"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value set is out of that range.</exception>
    public abstract int Rows { get; set; }

    private protected void RequireRoom(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows, "value");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Capacity, "value");
    }
}
