using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>Collects, row by row, the statistics to which input encoders are fitted: means, variances and quantiles of columns.</summary>
/// <remarks>
/// It needs one pass. All rows have equal weight. Quantiles are exact up to 8,192 numbers other than 0 per column (fewer with more than 128
/// columns), and otherwise estimated in bounded memory; see <see cref="QuantileSketch"/>. Target-aware bins are computed from at most 32 MiB of
/// rows; of more rows, rows at equal distances are used. A trainer collects statistics of the training rows, never of validation rows.
/// </remarks>
/// <example>
/// <code>
/// var statistics = new InputStatistics(width: 2);
/// statistics.Add([1f, 300f]);
/// statistics.Add([3f, 500f]);
/// NetworkSpec fitted = NetworkSpec.Input(2).Then(new Standardize()).Dense(1).FittedTo(statistics);
/// </code>
/// </example>
public sealed class InputStatistics
{
    private readonly ColumnStatistics?[] _columns;
    private readonly TargetSample? _sample; // null where no bins follow the target

    /// <summary>Creates statistics without rows, which collect everything for all columns.</summary>
    /// <param name="width">The number of columns, at least 1.</param>
    /// <param name="seed">The seed of the estimation of quantiles of many rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1.</exception>
    public InputStatistics(int width, int seed = 0)
        : this(width, _ => true, _ => true, _ => true, new CounterRandom((ulong)seed).Derive(RandomStreams.Quantiles))
    {
    }

    /// <param name="width">The number of columns.</param>
    /// <param name="isWanted">Returns true if statistics of a column are needed.</param>
    /// <param name="wantsQuantiles">Returns true if its quantiles are also needed.</param>
    /// <param name="wantsTargets">Returns true if target-aware bins of it are needed.</param>
    /// <param name="coins">The random numbers of the estimation of quantiles of many rows.</param>
    internal InputStatistics(
        int width, Func<int, bool> isWanted, Func<int, bool> wantsQuantiles, Func<int, bool> wantsTargets, CounterRandom coins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        int capacity = QuantileSketch.CapacityFor(Enumerable.Range(0, width).Count(wantsQuantiles));
        int[] sampled = [.. Enumerable.Range(0, width).Where(wantsTargets)];
        _sample = sampled.Length > 0 ? new TargetSample(sampled) : null;
        _columns = [.. Enumerable.Range(0, width).Select(column => isWanted(column)
            ? new ColumnStatistics(
                wantsQuantiles(column) ? new QuantileSketch(capacity, coins.Derive((ulong)column)) : null,
                wantsTargets(column) ? _sample : null, Array.IndexOf(sampled, column))
            : null)];
    }

    /// <summary>The number of columns.</summary>
    public int Width => _columns.Length;

    /// <summary>The number of added rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Returns the statistics of a column.</summary>
    /// <param name="column">The index of the column, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    /// <exception cref="InvalidOperationException">No statistics of the column were collected, because no encoder reads it.</exception>
    public ColumnStatistics this[int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(column);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Width);
            return _columns[column] ?? throw new InvalidOperationException(FormattableString.Invariant(
                $"Nothing was collected of column {column}; collect statistics with a new InputStatistics of {Width} columns."));
        }
    }

    /// <summary>Adds a row.</summary>
    /// <param name="row">(width).</param>
    /// <exception cref="ArgumentException">The row has another width.</exception>
    public void Add(ReadOnlySpan<float> row)
    {
        if (row.Length != Width)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The row has {row.Length} numbers but there are {Width} columns; give as many in every row."),
                nameof(row));
        }

        Rows++;
        for (int column = 0; column < row.Length; column++)
            _columns[column]?.Add(row[column]);
    }

    /// <summary>Adds a row with its class, for target-aware bins.</summary>
    /// <param name="row">(width).</param>
    /// <param name="label">The class, counted from 0.</param>
    /// <exception cref="ArgumentException">The row has another width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The class is negative.</exception>
    public void Add(ReadOnlySpan<float> row, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        Add(row);
        _sample?.Add(row, label, []);
    }

    /// <summary>Adds a row with its numeric targets, for target-aware bins.</summary>
    /// <param name="row">(width).</param>
    /// <param name="targets">The targets, the same number for every row; NaN if missing.</param>
    /// <exception cref="ArgumentException">The row has another width, or no target.</exception>
    public void Add(ReadOnlySpan<float> row, ReadOnlySpan<float> targets)
    {
        if (targets.IsEmpty)
            throw new ArgumentException("The row has no target; give it at least one number, or a class.", nameof(targets));
        Add(row);
        _sample?.Add(row, 0, targets);
    }
}
