using System.Numerics;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// What a batch's outputs should be, in one of two forms: a class index per row, or a row of numbers per row (class
/// probabilities, real values, or 0/1 labels, where NaN says that a label is missing to losses that allow it).
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Target<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[]? _classes;
    private int _rows; // in use, where the target is classes

    private Target(int[]? classes, DenseBlock<T>? values)
    {
        _classes = classes;
        _rows = classes?.Length ?? 0;
        Values = values;
    }

    /// <summary>Room for one class index per row.</summary>
    /// <param name="capacity">The most rows, at least 1 and no more than an array holds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is out of that range.</exception>
    public static Target<T> OfClasses(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return capacity <= Array.MaxLength ? new(new int[capacity], null) : throw new ArgumentOutOfRangeException(
            nameof(capacity), $"{capacity} rows are more than one array holds; use fewer rows.");
    }

    /// <summary>Room for one row of numbers per row.</summary>
    /// <param name="capacity">The most rows, at least 1.</param>
    /// <param name="width">Numbers in a row, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or both together are more than an array holds.</exception>
    public static Target<T> OfValues(int capacity, int width) => new(null, new DenseBlock<T>(capacity, width));

    /// <summary>The most rows that it has room for.</summary>
    public int Capacity => _classes?.Length ?? Values!.Capacity;

    /// <summary>
    /// Rows in use, 0 to <see cref="Capacity"/>; all of them at first. <see cref="Batch{T}.Rows"/> sets it with the rows of the inputs.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value set is out of that range.</exception>
    public int Rows
    {
        get => Values?.Rows ?? _rows;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            if (Values is null)
                _rows = value;
            else
                Values.Rows = value;
        }
    }

    /// <summary>The class of each row, counted from 0: (capacity). Empty when the target is numbers.</summary>
    public Span<int> Classes => _classes;

    /// <summary>The numbers of each row: (rows, width). Null when the target is classes.</summary>
    public DenseBlock<T>? Values { get; }
}
