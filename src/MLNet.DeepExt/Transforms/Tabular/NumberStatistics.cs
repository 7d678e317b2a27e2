using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>
/// What the rows of a table hold of numbers: the mean of each slot, and how often, and in which rows, it is missing. NaN and infinities
/// count as missing.
/// </summary>
/// <param name="sizes">(columns): how many slots each column has; the slots of all follow one another.</param>
internal sealed class NumberStatistics(int[] sizes)
{
    private static readonly CounterRandom Codes = new(0); // so that sums over different rows differ

    private readonly Moments[] _moments = new Moments[sizes.Sum()];
    private readonly ulong[] _rowsMissing = new ulong[sizes.Sum()]; // a sum of codes of the rows that lack the slot
    private readonly long[] _missing = new long[sizes.Length];
    private readonly long[] _infinite = new long[sizes.Length];
    private long _rows;

    /// <summary>Takes in a row; numbers: (slots).</summary>
    public void Add(Span<float> numbers)
    {
        bool lacksNone = true;
        for (int slot = 0; slot < numbers.Length; slot++)
        {
            if (float.IsFinite(numbers[slot]))
                _moments[slot].Add(numbers[slot]);
            else
                lacksNone = false;
        }

        _rows++;
        if (!lacksNone)
            CountMissing(numbers);
    }

    /// <summary>How many rows lack a number of a column.</summary>
    public long MissingIn(int column) => _missing[column];

    /// <summary>In how many rows a number of a column is infinite, or was beyond what a float holds.</summary>
    public long InfiniteIn(int column) => _infinite[column];

    /// <summary>The mean of the numbers of a slot that are there.</summary>
    public float MeanOf(int slot) => (float)_moments[slot].Mean;

    /// <summary>Whether every row lacks a slot.</summary>
    public bool IsEmpty(int slot) => _moments[slot].Count == 0;

    /// <summary>
    /// What slots have in common that are missing in the same rows, with a chance of error of 1 to 2⁶⁴; null for a slot that is nowhere
    /// missing.
    /// </summary>
    public (long Count, ulong Rows)? PatternOf(int slot) =>
        _moments[slot].Count == _rows ? null : (_rows - _moments[slot].Count, _rowsMissing[slot]);

    private void CountMissing(ReadOnlySpan<float> numbers)
    {
        ulong code = Codes.Bits((ulong)_rows);
        int slot = 0;
        for (int column = 0; column < sizes.Length; column++)
        {
            bool isMissing = false, isInfinite = false;
            for (int end = slot + sizes[column]; slot < end; slot++)
            {
                if (float.IsFinite(numbers[slot]))
                    continue;
                isMissing = true;
                isInfinite |= float.IsInfinity(numbers[slot]);
                _rowsMissing[slot] += code;
            }

            _missing[column] += isMissing ? 1 : 0;
            _infinite[column] += isInfinite ? 1 : 0;
        }
    }
}
