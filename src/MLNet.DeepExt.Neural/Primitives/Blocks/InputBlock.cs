using System.Numerics;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// The inputs of a batch: dense rows (<see cref="DenseBlock{T}"/>) or sparse rows
/// (<see cref="SparseBlock{T}"/>). A network computes the same outputs from both, to the last bit, except that a zero may have
/// the other sign if a product underflows.
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

    /// <summary>The maximum number of rows.</summary>
    public int Capacity { get; }

    /// <summary>The number of elements of a row, including omitted zeros.</summary>
    public int Width { get; }

    /// <summary>The number of rows in use, from 0 to <see cref="Capacity"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value set is out of that range.</exception>
    public abstract int Rows { get; set; }

    private protected void RequireRoom(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows, "value");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Capacity, "value");
    }
}
