using MLNet.DeepExt.Statistics;

namespace MLNet.DeepExt.Distributions;

/// <summary>The values of one feature in two samples: tests whether they are of one distribution, and writes them for a network.</summary>
internal sealed class ComparedFeature
{
    private const int MostCategories = 30; // of more, the network sees the most frequent

    private readonly float[] _first;
    private readonly float[] _second;
    private readonly float[] _firstWritten; // (first rows): what the network sees of a number, or the place of a category, -1 for none
    private readonly float[] _secondWritten;
    private readonly bool _isCategory;
    private readonly bool _hasPlaces;

    /// <param name="name">What it is called.</param>
    /// <param name="isCategory">Whether numbers only say which values are equal.</param>
    /// <param name="first">(first rows), NaN where one is missing.</param>
    /// <param name="second">(second rows), NaN where one is missing.</param>
    public ComparedFeature(string name, bool isCategory, float[] first, float[] second)
    {
        Name = name;
        (_first, _second) = (first, second);
        float[] sorted = [.. first, .. second];
        Array.Sort(sorted); // NaN comes first
        _isCategory = isCategory || HasTwoValues(sorted);
        _hasPlaces = isCategory;
        if (!isCategory)
        {
            Inputs = float.IsNaN(sorted[0]) ? 2 : 1;
            (_firstWritten, _secondWritten) = (Ranks(first, sorted), Ranks(second, sorted));
            return;
        }

        // That the network sees, ascending.
        float[] categories = [.. sorted.CountBy(value => value)
            .OrderByDescending(count => count.Value).ThenBy(count => count.Key).Take(MostCategories)
            .Select(count => count.Key).Order()];
        Inputs = categories.Length;
        (_firstWritten, _secondWritten) = (Places(first, categories), Places(second, categories));
    }

    public string Name { get; }

    /// <summary>Numbers that the network sees of it.</summary>
    public int Inputs { get; }

    public DistributionTest Test => _isCategory ? DistributionTest.ChiSquare : DistributionTest.KolmogorovSmirnov;

    /// <summary>Tests it. Missing numbers are a category, or count as greater than all others.</summary>
    public TestOutcome Compare()
    {
        if (_isCategory)
        {
            var first = _first.CountBy(value => value).ToDictionary();
            var second = _second.CountBy(value => value).ToDictionary();
            return ChiSquare.Compare([.. first.Keys.Union(second.Keys).Select(
                value => ((long)first.GetValueOrDefault(value), (long)second.GetValueOrDefault(value)))]);
        }

        return KolmogorovSmirnov.Compare(InOrder(_first), InOrder(_second));
    }

    /// <summary>
    /// Writes a value: a number by its rank among all, at mean 0 and variance 1, with a 1 beside it where it is missing; of a category a
    /// 1 in its place.
    /// </summary>
    /// <param name="isSecond">Whether the row is of the second sample.</param>
    /// <param name="row">The row in its sample.</param>
    /// <param name="inputs">(inputs).</param>
    public void Write(bool isSecond, int row, Span<float> inputs)
    {
        float written = (isSecond ? _secondWritten : _firstWritten)[row];
        inputs.Clear();
        if (_hasPlaces)
        {
            if (written >= 0)
                inputs[(int)written] = 1;
        }
        else if (float.IsNaN(written))
        {
            inputs[1] = 1;
        }
        else
        {
            inputs[0] = written;
        }
    }

    private static float[] Places(float[] values, float[] categories) =>
        Array.ConvertAll(values, value => (float)Math.Max(-1, Array.BinarySearch(categories, value)));

    // At mean 0 and variance 1; equal numbers share the mean of their ranks.
    private static float[] Ranks(float[] values, float[] sorted) => Array.ConvertAll(values, value =>
    {
        if (float.IsNaN(value))
            return float.NaN;
        double rank = (CountUpTo(sorted, value, inclusive: false) + CountUpTo(sorted, value, inclusive: true)) / (2.0 * sorted.Length);
        return (float)((rank - 0.5) * Math.Sqrt(12));
    });

    private static float[] InOrder(float[] values)
    {
        float[] ordered = Array.ConvertAll(values, value => float.IsNaN(value) ? float.PositiveInfinity : value);
        Array.Sort(ordered);
        return ordered;
    }

    private static bool HasTwoValues(float[] sorted)
    {
        int upTo = Array.FindLastIndex(sorted, value => value.Equals(sorted[0]));
        return sorted[^1].Equals(sorted[Math.Min(upTo + 1, sorted.Length - 1)]);
    }

    // Missing ones, which come first, count too.
    private static long CountUpTo(float[] sorted, float value, bool inclusive)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            float here = sorted[middle];
            if (here > value || (here == value && !inclusive))
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
