using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Edges of bins that hold about as many rows each, but for values that alone hold more, which become edges.</summary>
/// <remarks>
/// Of a column that is mostly one value, most quantiles are that value, so that few bins would be left for all others. So a value that holds
/// more than one bin's share of the rows becomes an edge by itself and leaves the rows, and what is left is looked at in the same way.
/// </remarks>
internal static class QuantileBins
{
    private const int Rounds = 8;

    /// <summary>The edges, at most one more than there are bins.</summary>
    /// <param name="values">The values of the column, ascending, and how many rows have each.</param>
    /// <param name="bins">The most bins.</param>
    /// <returns>Ascending, with the smallest and the largest value; all values if these are few enough.</returns>
    public static float[] EdgesOf(IReadOnlyList<ValueCount> values, int bins)
    {
        if (values.Count <= bins + 1)
            return [.. values.Select(value => value.Value)];

        var edges = new List<float>();
        List<ValueCount> rest = [.. values];
        for (int round = 0; round < Rounds; round++)
        {
            long rows = rest.Sum(value => value.Count);
            int places = bins + 1 - edges.Count;
            ValueCount[] heavy = [.. rest.Where(value => value.Count > rows / (double)places)];
            if (heavy.Length == 0 || heavy.Length > places - 2) // two for the smallest and the largest of the rest
                break;
            edges.AddRange(heavy.Select(value => value.Value));
            rest.RemoveAll(heavy.Contains);
        }

        edges.AddRange(NearestQuantiles(rest, bins + 1 - edges.Count));
        return [.. edges.Distinct().Order()];
    }

    // The numbers nearest to equally spaced ranks, half-way between two the one of even rank, as NumPy has them.
    private static IEnumerable<float> NearestQuantiles(List<ValueCount> values, int points)
    {
        var ends = new long[values.Count];
        long rows = 0;
        for (int i = 0; i < ends.Length; i++)
            ends[i] = rows += values[i].Count;
        yield return values[0].Value;
        for (int point = 1; point < points - 1; point++)
        {
            (long rank, long rest) = Math.DivRem(point * (rows - 1), points - 1);
            if (2 * rest > points - 1 || (2 * rest == points - 1 && rank % 2 == 1))
                rank++;
            int place = Array.BinarySearch(ends, rank + 1);
            while (place > 0 && ends[place - 1] == rank + 1)
                place--; // before values that stand for no rows
            yield return values[place < 0 ? ~place : place].Value;
        }

        yield return values[^1].Value;
    }
}
