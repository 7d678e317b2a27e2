using System.Buffers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>Estimates quantiles in one pass, in memory that grows with the logarithm of the number of values.</summary>
/// <remarks>
/// Numbers fill a level of k places. A full level is sorted, and every second of its numbers (randomly the odd or the even ones) moves to the next
/// level, where each represents two numbers. As long as no level was full, which is up to k numbers other than 0, quantiles are exact. Beyond that,
/// a full level of weight w changes the rank of a quantile by w or not at all, up or down with equal probability: the rank is correct on average,
/// and its standard deviation is at most 1/k of all numbers, for any distribution and order (0.4/k was measured for shuffled numbers, 0.2/k for
/// sorted ones). Smallest and largest are always exact, and so is the fraction of zeros.
///
/// Sources: G. S. Manku, S. Rajagopalan, B. G. Lindsay, "Approximate medians and other quantiles in one pass and with limited memory",
/// 1998; Z. Karnin, K. Lang, E. Liberty, "Optimal quantile approximation in streams", 2016.
/// </remarks>
public sealed class QuantileSketch : IStatistic
{
    private const int SmallestCapacity = 256;
    private const int LargestCapacity = 8192;
    private const int BudgetOfNumbers = 1 << 20; // of all sketches: 64 MiB for 16 levels of floats, which 2¹⁵·k numbers fill

    private readonly int _capacity;
    private readonly CounterRandom _coins;
    private readonly List<Level> _levels = [new Level()];
    private float _smallest = float.PositiveInfinity;
    private float _largest = float.NegativeInfinity;
    private long _zeros;
    private ulong _tosses;

    /// <summary>Creates a sketch without numbers.</summary>
    /// <param name="capacity">k, the capacity of a level: an even number, at least 2. See <see cref="CapacityFor"/>.</param>
    /// <param name="coins">The random numbers. The same numbers in the same order give the same quantiles.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is odd or below 2.</exception>
    public QuantileSketch(int capacity, CounterRandom coins)
    {
        if (capacity < 2 || capacity % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), FormattableString.Invariant(
                $"The capacity of a QuantileSketch must be even and at least 2 but is {capacity}; CapacityFor gives the usual one."));
        }

        _capacity = capacity;
        _coins = coins;
    }

    /// <inheritdoc/>
    public long Count { get; private set; }

    /// <summary>The usual capacity: 1,048,576 divided by the number of sketches, but from 256 to 8,192.</summary>
    /// <remarks>It depends only on their number, so that every machine gives the same quantiles; 4,096 sketches take 64 MiB or less.</remarks>
    /// <param name="sketches">The number of sketches that are used together.</param>
    public static int CapacityFor(int sketches) =>
        Math.Clamp(BudgetOfNumbers / Math.Max(1, sketches) & ~1, SmallestCapacity, LargestCapacity);

    /// <inheritdoc/>
    public void Add(float value)
    {
        if (value == 0)
        {
            AddZeros(1);
            return;
        }

        Cover(value);
        Count++;
        if (_levels[0].Count == _capacity)
            Compact(0);
        _levels[0].Add(value, _capacity);
    }

    /// <inheritdoc/>
    public void AddZeros(long count)
    {
        if (count > 0)
            Cover(0);
        Count += count;
        _zeros += count;
    }

    /// <summary>
    /// Returns the numbers at equally spaced ranks, from the smallest to the largest, with linear interpolation, as NumPy's percentile.
    /// </summary>
    /// <param name="points">The number of ranks, at least 2: 3 give the smallest number, the median and the largest.</param>
    /// <returns>(points), ascending; all 0 if there are no numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 points.</exception>
    public double[] Quantiles(int points) => Quantiles(points, value => value);

    /// <summary>The stored distinct numbers, each with the number of values that it represents.</summary>
    /// <remarks>
    /// As long as quantiles are exact, these are all numbers. Beyond that, a frequent number is included with a count that is correct
    /// on average, and some rare numbers are missing. Smallest and largest are always included, with a count of 0 if another number
    /// represents them. The sum of the counts is <see cref="Count"/>.
    /// </remarks>
    /// <returns>The numbers, ascending; empty if there are none.</returns>
    public IReadOnlyList<ValueCount> Values() => UseDistinct(value => value, values => values.ToArray());

    /// <summary>Returns quantiles of the values of an increasing function of the numbers.</summary>
    internal double[] Quantiles(int points, Func<double, double> function)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        var quantiles = new double[points];
        if (Count == 0)
            return quantiles;

        int kept = KeptNumbers;
        float[] numbers = ArrayPool<float>.Shared.Rent(kept);
        long[] ends = ArrayPool<long>.Shared.Rent(kept);
        Rank(numbers.AsSpan(0, kept), ends.AsSpan(0, kept));
        for (int point = 0; point < points; point++)
        {
            // Computed in integers, so that a whole rank is exact.
            (long rank, long rest) = Math.DivRem(point * (Count - 1), points - 1);
            double low = NumberAt(rank);
            double high = rest == 0 ? low : NumberAt(rank + 1);
            quantiles[point] = low + (high - low) * (rest / (points - 1.0));
        }

        ArrayPool<float>.Shared.Return(numbers);
        ArrayPool<long>.Shared.Return(ends);
        (quantiles[0], quantiles[^1]) = (function(_smallest), function(_largest));
        for (int point = 1; point < points; point++)
            quantiles[point] = Math.Max(quantiles[point - 1], quantiles[point]); // rounding may have put one before another
        return quantiles;

        double NumberAt(long rank)
        {
            int place = Array.BinarySearch(ends, 0, kept, rank + 1);
            return function(numbers[place < 0 ? ~place : place]);
        }
    }

    /// <summary>
    /// Passes the distinct values (in single precision) of an increasing function of the stored numbers to a delegate, ascending; empty if
    /// there are none.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="read">Reads the values, which are valid until it returns.</param>
    internal TResult UseDistinct<TResult>(Func<double, double> function, Func<ArraySegment<ValueCount>, TResult> read)
    {
        int kept = KeptNumbers;
        float[] numbers = ArrayPool<float>.Shared.Rent(kept);
        long[] ends = ArrayPool<long>.Shared.Rent(kept);
        ValueCount[] values = ArrayPool<ValueCount>.Shared.Rent(kept + 2);
        try
        {
            Rank(numbers.AsSpan(0, kept), ends.AsSpan(0, kept));
            int distinct = 0;
            if (Count > 0)
                Append(_smallest, 0);
            for (int i = 0; i < kept; i++)
                Append(numbers[i], ends[i] - (i == 0 ? 0 : ends[i - 1]));
            if (Count > 0)
                Append(_largest, 0);
            return read(new ArraySegment<ValueCount>(values, 0, distinct));

            void Append(float number, long count)
            {
                float value = (float)function(number);
                if (distinct > 0 && values[distinct - 1].Value == value)
                    values[distinct - 1] = new ValueCount(value, values[distinct - 1].Count + count);
                else
                    values[distinct++] = new ValueCount(value, count);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(numbers);
            ArrayPool<long>.Shared.Return(ends);
            ArrayPool<ValueCount>.Shared.Return(values);
        }
    }

    // The zeros are one entry.
    private int KeptNumbers => _levels.Sum(level => level.Count) + (_zeros > 0 ? 1 : 0);

    // Writes the kept numbers, ascending, and the cumulative number of values that they represent.
    private void Rank(Span<float> numbers, Span<long> ends)
    {
        int kept = 0;
        for (int level = 0; level < _levels.Count; level++)
        {
            Span<float> ofLevel = _levels[level].Numbers;
            ofLevel.CopyTo(numbers[kept..]);
            ends.Slice(kept, ofLevel.Length).Fill(1L << level);
            kept += ofLevel.Length;
        }

        if (_zeros > 0)
            (numbers[kept], ends[kept]) = (0, _zeros);
        numbers.Sort(ends);
        for (int i = 1; i < ends.Length; i++)
            ends[i] += ends[i - 1];
    }

    private void Cover(float value)
    {
        _smallest = Math.Min(_smallest, value);
        _largest = Math.Max(_largest, value);
    }

    private void Compact(int level)
    {
        if (level + 1 == _levels.Count)
            _levels.Add(new Level());
        Level next = _levels[level + 1];
        if (next.Count == _capacity)
            Compact(level + 1);

        Span<float> numbers = _levels[level].Numbers;
        numbers.Sort();
        for (int i = (int)(_coins.Bits(_tosses++) & 1); i < numbers.Length; i += 2)
            next.Add(numbers[i], _capacity);
        _levels[level].Clear();
    }

    private sealed class Level
    {
        private float[] _places = [];

        public int Count { get; private set; }

        public Span<float> Numbers => _places.AsSpan(0, Count);

        // Many sparse columns have few numbers, so memory is allocated as needed.
        public void Add(float number, int capacity)
        {
            if (Count == _places.Length)
                Array.Resize(ref _places, Math.Min(capacity, Math.Max(16, 2 * Count)));
            _places[Count++] = number;
        }

        public void Clear() => Count = 0;
    }
}
