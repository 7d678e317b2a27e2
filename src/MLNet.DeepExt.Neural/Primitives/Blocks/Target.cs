using System.Numerics;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// The targets of a batch in one of two forms: a class index per row, or a row of numbers per row (class
/// probabilities, real values, or 0/1 labels, where NaN is a missing label for losses that support it).
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

    /// <summary>Allocates one class index per row.</summary>
    /// <param name="capacity">The maximum number of rows, from 1 to the maximum length of an array.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is out of that range.</exception>
    public static Target<T> OfClasses(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return capacity <= Array.MaxLength ? new(new int[capacity], null) : throw new ArgumentOutOfRangeException(
            nameof(capacity), $"{capacity} rows are more than one array can hold; use fewer rows.");
    }

    /// <summary>Allocates one row of numbers per row.</summary>
    /// <param name="capacity">The maximum number of rows, at least 1.</param>
    /// <param name="width">The number of elements of a row, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the memory exceeds the maximum length of an array.</exception>
    public static Target<T> OfValues(int capacity, int width) => new(null, new DenseBlock<T>(capacity, width));

    /// <summary>The maximum number of rows.</summary>
    public int Capacity => _classes?.Length ?? Values!.Capacity;

    /// <summary>
    /// The number of rows in use, from 0 to <see cref="Capacity"/>, initially all. <see cref="Batch{T}.Rows"/> sets it with the rows of the inputs.
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

    /// <summary>The class of each row, counted from 0: (capacity). Empty for numeric targets.</summary>
    public Span<int> Classes => _classes;

    /// <summary>The numbers of each row: (rows, width). Null for class targets.</summary>
    public DenseBlock<T>? Values { get; }
}
