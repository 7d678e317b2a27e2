using System.Buffers;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Edges of bins with about equal numbers of rows. A value that alone has more rows than a bin becomes an edge.</summary>
/// <remarks>
/// In a column that is mostly one value, most quantiles equal that value, so few bins would remain for all other values. Therefore a value with more
/// rows than one bin becomes an edge and its rows are removed; the rest is treated in the same way.
/// </remarks>
internal static class QuantileBins
{
    private const int Rounds = 8;

    /// <summary>Returns the edges, at most one more than the number of bins.</summary>
    /// <param name="values">The values of the column, ascending, with the number of rows of each.</param>
    /// <param name="bins">The maximum number of bins.</param>
    /// <returns>The edges, ascending, including the smallest and the largest value; all values if there are few enough.</returns>
    public static float[] EdgesOf(IReadOnlyList<ValueCount> values, int bins)
    {
        if (values.Count <= bins + 1)
            return [.. values.Select(value => value.Value)];

        var edges = new List<float>();
        ValueCount[] rest = ArrayPool<ValueCount>.Shared.Rent(values.Count);
        int left = 0;
        foreach (ValueCount value in values)
            rest[left++] = value;
        for (int round = 0; round < Rounds; round++)
        {
            Span<ValueCount> remaining = rest.AsSpan(0, left);
            long rows = 0;
            foreach (ValueCount value in remaining)
                rows += value.Count;
            int places = bins + 1 - edges.Count;
            double share = rows / (double)places;
            int heavy = 0;
            foreach (ValueCount value in remaining)
                heavy += value.Count > share ? 1 : 0;
            if (heavy == 0 || heavy > places - 2) // two places are for the smallest and the largest of the rest
                break;
            left = 0;
            foreach (ValueCount value in remaining)
            {
                if (value.Count > share)
                    edges.Add(value.Value);
                else
                    rest[left++] = value;
            }
        }

        edges.AddRange(NearestQuantiles(new ArraySegment<ValueCount>(rest, 0, left), bins + 1 - edges.Count));
        ArrayPool<ValueCount>.Shared.Return(rest);
        return [.. edges.Distinct().Order()];
    }

    // The values at equally spaced ranks, rounded half to even, as NumPy does.
    private static IEnumerable<float> NearestQuantiles(ArraySegment<ValueCount> values, int points)
    {
        long[] ends = ArrayPool<long>.Shared.Rent(values.Count);
        long rows = 0;
        for (int i = 0; i < values.Count; i++)
            ends[i] = rows += values[i].Count;
        yield return values[0].Value;
        for (int point = 1; point < points - 1; point++)
        {
            (long rank, long rest) = Math.DivRem(point * (rows - 1), points - 1);
            if (2 * rest > points - 1 || (2 * rest == points - 1 && rank % 2 == 1))
                rank++;
            int place = Array.BinarySearch(ends, 0, values.Count, rank + 1);
            while (place > 0 && ends[place - 1] == rank + 1)
                place--; // skip values without rows
            yield return values[place < 0 ? ~place : place].Value;
        }

        yield return values[^1].Value;
        ArrayPool<long>.Shared.Return(ends);
    }
}
