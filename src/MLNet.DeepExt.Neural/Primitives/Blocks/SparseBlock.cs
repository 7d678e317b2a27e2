using System.Numerics;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// Rows of numbers of which most are 0 and are left out: row after row the columns of the others, ascending, and their
/// values (compressed sparse rows). Memory and work grow with the numbers that are stored, not with the width.
/// </summary>
/// <remarks>
/// A stored 0 counts as touched where only what a batch touches is updated; leave it out unless that is wanted.
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

    /// <summary>Makes a block without rows.</summary>
    /// <param name="capacity">The most rows that it can hold, at least 1. Room for their entries grows as they come.</param>
    /// <param name="width">Numbers in a row, zeros included, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the capacity is more than an array holds.</exception>
    public SparseBlock(int capacity, int width)
        : base(capacity, width)
    {
        if (capacity >= Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(capacity), $"{capacity} rows are more than one array holds; use fewer rows.");
        _starts = new int[capacity + 1];
    }

    /// <summary>Rows in use. Fewer than there are drops the last ones; more adds rows of zeros.</summary>
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

    /// <summary>Numbers that are stored, over all rows.</summary>
    public int Entries => _starts[_rows];

    /// <summary>Where each row begins among the entries, and where the last one ends: (rows + 1).</summary>
    internal ReadOnlySpan<int> Starts => _starts.AsSpan(0, _rows + 1);

    /// <summary>The column of each entry: (entries).</summary>
    internal ReadOnlySpan<int> AllColumns => _columns.AsSpan(0, Entries);

    /// <summary>The value of each entry: (entries).</summary>
    internal Span<T> AllValues => _values.AsSpan(0, Entries);

    /// <summary>The columns that one row stores, ascending: (entries of the row).</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    public ReadOnlySpan<int> Columns(int row) => _columns.AsSpan(Starts[row], Starts[row + 1] - Starts[row]);

    /// <summary>The values in these columns: (entries of the row).</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    public Span<T> Values(int row) => _values.AsSpan(Starts[row], Starts[row + 1] - Starts[row]);

    /// <summary>Writes a row out: (width), every number of it.</summary>
    internal void CopyTo(int row, Span<T> destination) => SparseRow.Write<T>(Columns(row), Values(row), destination[..Width]);

    /// <summary>Drops all rows; their memory is kept for the next ones.</summary>
    public void Clear() => _rows = 0;

    /// <summary>Adds a row.</summary>
    /// <param name="columns">(entries): the columns whose values are stored, ascending, each once.</param>
    /// <param name="values">(entries): their values.</param>
    /// <exception cref="ArgumentException">
    /// There are more columns than values or fewer, or they are not ascending from 0 to the width.
    /// </exception>
    /// <exception cref="InvalidOperationException">The block is full.</exception>
    public void Append(ReadOnlySpan<int> columns, ReadOnlySpan<T> values)
    {
        SparseRow.Require(_rows, Width, columns, values.Length);
        AppendChecked(columns, values);
    }

    /// <summary>Adds a row that is known to be in order.</summary>
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
