using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Splits;

/// <summary>How many rows each part gets, of all rows and of each stratum: (parts), in the order of <see cref="SplitPart"/>.</summary>
internal static class PartSizes
{
    /// <summary>Of all rows: the counts, or the fractions rounded by largest remainders, so that they add up.</summary>
    /// <exception cref="InvalidOperationException">There are too few rows.</exception>
    public static int[] Of(TrainDevTestSplitOptions options, int rows)
    {
        int[] sizes = options.HasCounts ? ByCounts(options, rows) : ByLargestRemainders(options.Fractions, rows);
        foreach (SplitPart part in Enum.GetValues<SplitPart>())
        {
            if (sizes[(int)part] > 0 || (part == SplitPart.TrainDev && !options.HasTrainDev))
                continue;
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{part} would get none of the {rows} rows; ") + "use larger fractions or counts for it, or more rows.");
        }

        return sizes;
    }

    /// <summary>
    /// Of each stratum: its share of every part, rounded down or up, so that rows and parts both add up. Which parts are rounded up where
    /// strata leave a choice is drawn at random.
    /// </summary>
    /// <param name="sizes">(parts).</param>
    /// <param name="rowsOfStratum">(strata): together as many as the parts have.</param>
    /// <param name="random">What the choice is drawn from.</param>
    /// <remarks>
    /// Every stratum hands the rows that rounding down leaves over to the parts that still need most. That this never fails is a theorem of
    /// tables of 0 and 1 with given sums (H. J. Ryser, Combinatorial Properties of Matrices of Zeros and Ones, Canadian Journal of
    /// Mathematics 9, 1957): unrounded shares have these very sums.
    /// </remarks>
    public static int[][] OfStrata(int[] sizes, int[] rowsOfStratum, CounterRandom random)
    {
        long rows = sizes.Sum(size => (long)size);
        int[][] quotas = [.. rowsOfStratum.Select(stratum => Array.ConvertAll(sizes, size => (int)((long)stratum * size / rows)))];
        int[] needs = [.. sizes.Select((size, part) => size - quotas.Sum(quota => quota[part]))];
        int[] order = [.. Enumerable.Range(0, rowsOfStratum.Length)];
        random.Shuffle(order.AsSpan());
        foreach (int stratum in order)
        {
            int left = rowsOfStratum[stratum] - quotas[stratum].Sum();
            int[] neediest = [.. Enumerable.Range(0, sizes.Length)
                .OrderByDescending(part => needs[part])
                .ThenByDescending(part => (long)rowsOfStratum[stratum] * sizes[part] % rows)
                .Take(left)];
            foreach (int part in neediest)
            {
                quotas[stratum][part]++;
                needs[part]--;
            }
        }

        return quotas;
    }

    private static int[] ByCounts(TrainDevTestSplitOptions options, int rows)
    {
        Int128 others = (Int128)(options.TrainDevCount ?? 0) + options.DevCount!.Value + options.TestCount!.Value;
        return others < rows
            ? [(int)(rows - others), (int)(options.TrainDevCount ?? 0), (int)options.DevCount.Value, (int)options.TestCount.Value]
            : throw new InvalidOperationException(FormattableString.Invariant(
                $"The counts add up to {others} but there are {rows} rows, which leaves none to learn from; ")
                + "use smaller counts, or more rows.");
    }

    private static int[] ByLargestRemainders(double[] fractions, int rows)
    {
        // What is a whole number but for the last bits is one.
        int[] sizes = Array.ConvertAll(fractions, fraction => (int)Math.Floor(Math.Round(fraction * rows, 6)));
        IEnumerable<int> byRemainder = Enumerable.Range(0, sizes.Length)
            .OrderByDescending(part => Math.Round(fractions[part] * rows, 6) - sizes[part]);
        foreach (int part in byRemainder.Take(rows - sizes.Sum()).ToArray())
            sizes[part]++;
        return sizes;
    }
}
