namespace MLNet.DeepExt.Statistics;

/// <summary>
/// Whether two samples of categories are of one distribution: Pearson's Σ (observed - expected)²/expected, with a degree of freedom less
/// than there are categories. The effect is w = √(Σ (p - q)²/(2·(p + q))) of the shares p and q of each category in the two samples: Cohen's
/// w, and Cramér's V = √(χ²/rows), of two samples of one size.
/// </summary>
/// <remarks>Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), chapter 7.</remarks>
internal static class ChiSquare
{
    /// <summary>Of fewer than so many expected in a cell, the distribution is another (W. G. Cochran, Biometrics 10, 1954).</summary>
    public const double FewestExpected = 5;

    /// <summary>Compares counts.</summary>
    /// <param name="counts">
    /// For each category how many are in each sample. Categories of which fewer than five are expected in one are counted together, and
    /// with the smallest of the others until five are. Where that leaves two, of which fewer are expected, the p-value is Fisher's, exact.
    /// </param>
    public static TestOutcome Compare(IReadOnlyCollection<(long First, long Second)> counts)
    {
        double first = counts.Sum(count => count.First), second = counts.Sum(count => count.Second), all = first + second;
        List<(long First, long Second)> cells = CountedTogether(counts, IsRare);
        if (cells.Count < 2)
            return new TestOutcome(0, 1);
        double statistic = cells.Sum(cell =>
        {
            double share = Total(cell) / all;
            return Term(cell.First, share * first) + Term(cell.Second, share * second);
        });
        bool isExact = cells.Count == 2 && cells.Exists(IsRare);
        return new TestOutcome(
            statistic,
            isExact ? FisherExact.PValue(cells[0], cells[1]) : IncompleteGamma.Upper((cells.Count - 1) / 2.0, statistic / 2),
            Math.Sqrt(cells.Sum(cell => Difference(cell.First / first, cell.Second / second))));

        bool IsRare((long First, long Second) cell) => Total(cell) * Math.Min(first, second) / all < FewestExpected;
    }

    private static List<(long First, long Second)> CountedTogether(
        IEnumerable<(long First, long Second)> counts, Predicate<(long First, long Second)> isRare)
    {
        (long First, long Second)[] present = [.. counts.Where(count => Total(count) > 0).OrderBy(Total)];
        if (present.Length <= 2)
            return [.. present];
        (long First, long Second) pooled = default;
        int next = 0;
        while (next < present.Length && (isRare(present[next]) || (next > 0 && isRare(pooled) && next < present.Length - 1)))
        {
            pooled = (pooled.First + present[next].First, pooled.Second + present[next].Second);
            next++;
        }

        return next == 0 ? [.. present] : [pooled, .. present[next..]];
    }

    private static double Total((long First, long Second) cell) => cell.First + cell.Second;

    // As of two samples of one size, whatever their sizes are.
    private static double Difference(double p, double q) => (p - q) * (p - q) / (2 * (p + q));

    private static double Term(double observed, double expected) => (observed - expected) * (observed - expected) / expected;
}
