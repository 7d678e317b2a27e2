using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Sparse features of rows in memory: the columns and values of the stored elements, row by row; all others are 0
/// (compressed sparse rows). Memory, and the computation of a network that begins with a Dense, grow with the number of stored elements.
/// </summary>
/// <remarks>
/// A network computes the same outputs as from dense rows, to the last bit, except that a zero may have the other sign if a product underflows.
/// Training differs: see <see cref="Optimizers.GradientTransform"/> on sparse rows.
/// </remarks>
/// <example>
/// Two rows of 100,000 features, of which the first has two that are not 0 and the second none:
/// <code>
/// var rows = new SparseRows(100_000, starts: [0, 2, 2], columns: [17, 4_000], values: [1f, 0.5f]);
/// </code>
/// </example>
public sealed class SparseRows : FeatureRows
{
    private readonly int[] _starts;
    private readonly int[] _columns;
    private readonly float[] _values;

    /// <summary>Wraps arrays of features. The arrays are not copied, and must not change.</summary>
    /// <param name="width">The number of features of a row, including zeros, at least 1.</param>
    /// <param name="starts">(rows + 1): the first entry of each row, starting with 0, and the end of the last row.</param>
    /// <param name="columns">(entries): the column of each entry, counted from 0, ascending within a row; may be longer.</param>
    /// <param name="values">(entries): the value of each entry; may be longer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1.</exception>
    /// <exception cref="ArgumentException">The arrays do not fit together, or a column is out of order or of range.</exception>
    public SparseRows(int width, int[] starts, int[] columns, float[] values)
        : base(width)
    {
        ArgumentNullException.ThrowIfNull(starts);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(values);
        if (starts is not [0, ..])
            throw new ArgumentException("The starts of the rows must begin with 0; for no rows, give one start, 0.", nameof(starts));
        for (int row = 0; row + 1 < starts.Length; row++)
            RequireRow(row, starts, columns, values);
        _starts = starts;
        _columns = columns;
        _values = values;
    }

    /// <inheritdoc/>
    public override int Count => _starts.Length - 1;

    /// <summary>Returns the columns of the stored elements of a row, ascending: (entries of the row).</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<int> Columns(int row) => _columns.AsSpan(_starts[row], _starts[row + 1] - _starts[row]);

    /// <summary>Returns the values of the stored elements of a row: (entries of the row).</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<float> Values(int row) => _values.AsSpan(_starts[row], _starts[row + 1] - _starts[row]);

    internal override long Stored(int rows) => _starts[rows];

    internal override ReadOnlySpan<float> StoredValues(int rows) => _values.AsSpan(0, _starts[rows]);

    internal override void Prefetch(int row)
    {
        Kernels.Prefetch.Read(Columns(row));
        Kernels.Prefetch.Read(Values(row));
    }

    /// <inheritdoc/>
    public override void CopyTo(int row, Span<float> destination) => SparseRow.Write(Columns(row), Values(row), destination[..Width]);

    private void RequireRow(int row, int[] starts, int[] columns, float[] values)
    {
        int start = starts[row], end = starts[row + 1];
        if (end < start)
            throw new ArgumentException($"Row {row} begins at entry {start} but ends at {end}; starts must be ascending.", nameof(starts));
        if (end > columns.Length || end > values.Length)
        {
            throw new ArgumentException(
                $"Row {row} ends at entry {end} but there are {columns.Length} columns and {values.Length} values; " +
                "give one of each per entry.",
                nameof(starts));
        }

        SparseRow.Require(row, Width, columns.AsSpan(start, end - start), end - start);
    }
}
