using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Splits;

/// <summary>
/// Decides which part each group goes to as a whole, so that parts come near their sizes, and every stratum near its share of them.
/// </summary>
/// <remarks>
/// Groups that are larger than the smallest part come first, by their size, then the others in an order drawn at random from what they are
/// called. Each goes to the part that lacks most: that with the greatest Σₛ gₛ·lackₛ/nₛ over the strata s, with g rows of the group and n
/// of all, which brings Σ (rows - wanted)²/n down by most.
/// </remarks>
internal static class GroupAssignment
{
    /// <summary>The part of each row: (rows).</summary>
    /// <param name="groups">(rows): what groups are called.</param>
    /// <param name="strata">(rows).</param>
    /// <param name="rowsOfStratum">(strata).</param>
    /// <param name="sizes">(parts).</param>
    /// <param name="random">What the order is drawn from.</param>
    public static SplitPart[] Assign(ulong[] groups, int[] strata, int[] rowsOfStratum, int[] sizes, CounterRandom random)
    {
        int smallest = sizes.Where(size => size > 0).Min();
        double[][] lacks = [.. rowsOfStratum.Select(rows => Array.ConvertAll(sizes, size => (double)rows * size / groups.Length))];
        var parts = new SplitPart[groups.Length];
        IEnumerable<IGrouping<ulong, int>> order = Enumerable.Range(0, groups.Length)
            .GroupBy(row => groups[row])
            .OrderByDescending(group => group.Count() is var rows && rows > smallest ? rows : 0)
            .ThenBy(group => random.Derive(group.Key).Key);
        foreach (IGrouping<ulong, int> group in order)
        {
            var scores = new double[sizes.Length];
            foreach (int row in group)
            {
                for (int part = 0; part < scores.Length; part++)
                    scores[part] += sizes[part] == 0 ? double.NegativeInfinity : lacks[strata[row]][part] / rowsOfStratum[strata[row]];
            }

            int chosen = Array.IndexOf(scores, scores.Max());
            foreach (int row in group)
            {
                lacks[strata[row]][chosen]--;
                parts[row] = (SplitPart)chosen;
            }
        }

        return parts;
    }
}
