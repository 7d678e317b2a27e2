using MLNet.DeepExt.Statistics;

namespace MLNet.DeepExt.Distributions;

/// <summary>The values of one feature in two samples: tests whether they are of one distribution, and writes them for a network.</summary>
internal sealed class ComparedFeature
{
    private const int MostCategories = 30; // of more, the network sees the most frequent

    private readonly float[] _first;
    private readonly float[] _second;
    private readonly float[] _sorted; // of both
    private readonly float[]? _categories; // that the network sees, ascending; null for numbers
    private readonly bool _isCategory;
    private readonly bool _hasGaps;

    /// <param name="name">What it is called.</param>
    /// <param name="isCategory">Whether numbers only say which values are equal.</param>
    /// <param name="first">(first rows), NaN where one is missing.</param>
    /// <param name="second">(second rows), NaN where one is missing.</param>
    public ComparedFeature(string name, bool isCategory, float[] first, float[] second)
    {
        Name = name;
        (_first, _second) = (first, second);
        _sorted = [.. first, .. second];
        Array.Sort(_sorted); // NaN comes first
        _hasGaps = float.IsNaN(_sorted[0]);
        _isCategory = isCategory || HasTwoValues(_sorted);
        _categories = !isCategory ? null
            : [.. _sorted.CountBy(value => value).OrderByDescending(count => count.Value).ThenBy(count => count.Key).Take(MostCategories)
                .Select(count => count.Key).Order()];
        Inputs = _categories?.Length ?? (_hasGaps ? 2 : 1);
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
        float value = (isSecond ? _second : _first)[row];
        inputs.Clear();
        if (_categories is not null)
        {
            if (Array.BinarySearch(_categories, value) is >= 0 and var place)
                inputs[place] = 1;
        }
        else if (float.IsNaN(value))
        {
            inputs[1] = 1;
        }
        else
        {
            double rank = (CountUpTo(value, inclusive: false) + CountUpTo(value, inclusive: true)) / (2.0 * _sorted.Length);
            inputs[0] = (float)((rank - 0.5) * Math.Sqrt(12));
        }
    }

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
    private long CountUpTo(float value, bool inclusive)
    {
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            float here = _sorted[middle];
            if (here > value || (here == value && !inclusive))
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
