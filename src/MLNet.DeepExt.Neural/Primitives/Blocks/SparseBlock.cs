using System.Numerics;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// A block of sparse rows: for each row the ascending columns of the stored elements and their
/// values (compressed sparse rows); all others are 0. Memory and work grow with the number of stored elements, not with the width.
/// </summary>
/// <remarks>
/// A stored 0 counts as touched in lazy updates of parameters; omit zeros unless this is intended.
/// </remarks>
/// <example>
/// <code>
/// var rows = new SparseBlock&lt;float&gt;(capacity: 2, width: 100_000);
/// rows.Append([17, 4_000], [1f, 0.5f]);
/// rows.Append([], []);    // a row of zeros
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SparseBlock<T> : InputBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int FirstEntries = 64;

    private readonly int[] _starts;                    // (capacity + 1): where each row begins among the entries
    private int[] _columns = new int[FirstEntries];    // (entries), may be longer
    private T[] _values = new T[FirstEntries];         // (entries), may be longer
    private int _rows;

    /// <summary>Creates a block without rows.</summary>
    /// <param name="capacity">The maximum number of rows, at least 1. The memory of their entries grows as needed.</param>
    /// <param name="width">The number of elements of a row, including zeros, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the capacity exceeds the maximum length of an array.</exception>
    public SparseBlock(int capacity, int width)
        : base(capacity, width)
    {
        if (capacity >= Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(capacity), $"{capacity} rows are more than one array can hold; use fewer rows.");
        _starts = new int[capacity + 1];
    }

    /// <summary>The number of rows in use. A smaller value removes the last rows; a larger one adds rows of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value set is below 0 or above the capacity.</exception>
    public override int Rows
    {
        get => _rows;
        set
        {
            RequireRoom(value);
            for (; _rows < value; _rows++)
                _starts[_rows + 1] = _starts[_rows];
            _rows = value;
        }
    }

    /// <summary>The number of stored elements of all rows.</summary>
    public int Entries => _starts[_rows];

    /// <summary>The first entry of each row, and the end of the last row: (rows + 1).</summary>
    internal ReadOnlySpan<int> Starts => _starts.AsSpan(0, _rows + 1);

    /// <summary>The column of each entry: (entries).</summary>
    internal ReadOnlySpan<int> AllColumns => _columns.AsSpan(0, Entries);

    /// <summary>The value of each entry: (entries).</summary>
    internal Span<T> AllValues => _values.AsSpan(0, Entries);

    /// <summary>Returns the columns of the stored elements of a row, ascending: (entries of the row).</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    public ReadOnlySpan<int> Columns(int row) => _columns.AsSpan(Starts[row], Starts[row + 1] - Starts[row]);

    /// <summary>Returns the values of the stored elements of a row: (entries of the row).</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    public Span<T> Values(int row) => _values.AsSpan(Starts[row], Starts[row + 1] - Starts[row]);

    /// <summary>Writes a row in dense form: (width).</summary>
    internal void CopyTo(int row, Span<T> destination) => SparseRow.Write<T>(Columns(row), Values(row), destination[..Width]);

    /// <summary>Removes all rows and keeps their memory for reuse.</summary>
    public void Clear() => _rows = 0;

    /// <summary>Adds a row.</summary>
    /// <param name="columns">(entries): the columns whose values are stored, ascending, each once.</param>
    /// <param name="values">(entries): their values.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of columns and values differ, or columns are not ascending within [0, width).
    /// </exception>
    /// <exception cref="InvalidOperationException">The block is full.</exception>
    public void Append(ReadOnlySpan<int> columns, ReadOnlySpan<T> values)
    {
        SparseRow.Require(_rows, Width, columns, values.Length);
        AppendChecked(columns, values);
    }

    /// <summary>Adds a row whose columns are known to be ascending.</summary>
    internal void AppendChecked(ReadOnlySpan<int> columns, ReadOnlySpan<T> values)
    {
        if (_rows == Capacity)
            throw new InvalidOperationException($"The block is full with {Capacity} rows; clear it, or make one of a larger capacity.");
        int start = Entries, end = checked(start + columns.Length);
        Reserve(end);
        columns.CopyTo(_columns.AsSpan(start));
        values.CopyTo(_values.AsSpan(start));
        _starts[++_rows] = end;
    }

    /// <summary>Adds an entry to the last row, whose column is known to come after those of the row.</summary>
    internal void Extend(int column, T value)
    {
        int entry = Entries;
        Reserve(checked(entry + 1));
        (_columns[entry], _values[entry]) = (column, value);
        _starts[_rows] = entry + 1;
    }

    private void Reserve(int entries)
    {
        if (entries <= _columns.Length)
            return;
        int capacity = (int)Math.Min(Math.Max(entries, 2L * _columns.Length), Array.MaxLength);
        Array.Resize(ref _columns, capacity);
        Array.Resize(ref _values, capacity);
    }
}
