namespace MLNet.DeepExt.Statistics;

/// <summary>
/// Whether two samples of categories are of one distribution: Pearson's Σ (observed - expected)²/expected, with a degree of freedom less
/// than there are categories.
/// </summary>
internal static class ChiSquare
{
    /// <summary>Of fewer than so many expected in a cell, the distribution is another (W. G. Cochran, Biometrics 10, 1954).</summary>
    public const double FewestExpected = 5;

    /// <summary>Compares counts.</summary>
    /// <param name="counts">
    /// For each category how many are in each sample. Categories of which fewer than five are expected in one are counted together.
    /// </param>
    public static TestOutcome Compare(IReadOnlyCollection<(long First, long Second)> counts)
    {
        double first = counts.Sum(count => count.First), second = counts.Sum(count => count.Second), all = first + second;
        ILookup<bool, (long First, long Second)> byRarity = counts.ToLookup(
            count => (count.First + count.Second) * Math.Min(first, second) / all < FewestExpected);
        List<(long First, long Second)> cells = [.. byRarity[false]];
        if (byRarity[true].Any())
            cells.Add((byRarity[true].Sum(count => count.First), byRarity[true].Sum(count => count.Second)));
        if (cells.Count < 2)
            return new TestOutcome(0, 1);
        double statistic = cells.Sum(cell =>
        {
            double share = (cell.First + cell.Second) / all;
            return Term(cell.First, share * first) + Term(cell.Second, share * second);
        });
        return new TestOutcome(statistic, IncompleteGamma.Upper((cells.Count - 1) / 2.0, statistic / 2));
    }

    private static double Term(double observed, double expected) => (observed - expected) * (observed - expected) / expected;
}
