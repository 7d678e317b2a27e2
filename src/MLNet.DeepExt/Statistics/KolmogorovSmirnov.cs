namespace MLNet.DeepExt.Statistics;

/// <summary>
/// Whether two samples of numbers are of one distribution: D = max |F₁(x) - F₂(x)|, the greatest distance between the shares of numbers
/// up to x.
/// </summary>
/// <remarks>
/// The p-value is exact where one size times the other is at most 10,000, else it is the limit of Kolmogorov at √(mn/(m+n))·D. Either
/// takes numbers for all different; where many are equal it is too large, so that the test errs on the side of no difference.
/// Source: J. L. Hodges, The Significance Probability of the Smirnov Two-Sample Test, Arkiv för Matematik 3 (1958).
/// </remarks>
internal static class KolmogorovSmirnov
{
    private const long MostExact = 10_000;

    /// <summary>Compares two samples.</summary>
    /// <param name="first">(first sample), ascending, at least one; no NaN.</param>
    /// <param name="second">(second sample), ascending, at least one; no NaN.</param>
    public static TestOutcome Compare(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        // As a whole number of steps of 1/(m·n), so that what is equal is equal to the last bit.
        long m = first.Length, n = second.Length, greatest = 0;
        for (int i = 0, j = 0; i < m && j < n;)
        {
            float x = Math.Min(first[i], second[j]);
            while (i < m && first[i] <= x)
                i++;
            while (j < n && second[j] <= x)
                j++;
            greatest = Math.Max(greatest, Math.Abs(i * n - j * m));
        }

        double distance = greatest / ((double)m * n);
        return new TestOutcome(
            distance,
            m * n <= MostExact ? Exact((int)m, (int)n, greatest) : Limit(Math.Sqrt((double)m * n / (m + n)) * distance),
            distance);
    }

    /// <summary>2·Σ (-1)ᵏ⁻¹·exp(-2k²λ²), k = 1, 2, ...: how likely √(mn/(m+n))·D exceeds λ where samples are large.</summary>
    public static double Limit(double lambda)
    {
        if (lambda < 0.2)
            return 1; // to 1e-12; there the series ends late
        double sum = 0, sign = 1;
        for (int k = 1; ; k++, sign = -sign)
        {
            double term = Math.Exp(-2.0 * k * k * lambda * lambda);
            sum += sign * term;
            if (term <= 1e-17 * sum)
                return Math.Clamp(2 * sum, 0, 1);
        }
    }

    // All orders of the pooled numbers are equally likely, and each is a path from (0, 0) to (m, n). Kept is the probability that a path
    // through (i, j) has been as far from the diagonal as the samples are: a sum of positive terms, exact however small it is.
    private static double Exact(int m, int n, long distance)
    {
        if (distance == 0)
            return 1;
        var reached = new double[n + 1];
        for (int i = 0; i <= m; i++)
        {
            for (int j = 0; j <= n; j++)
            {
                // Into (i, j) from (i - 1, j) with probability i/(i + j), for paths to (i, j) are equally likely.
                reached[j] = Math.Abs((long)i * n - (long)j * m) >= distance ? 1
                    : i + j == 0 ? 0
                    : (i * reached[j] + (j == 0 ? 0 : j * reached[j - 1])) / (i + j);
            }
        }

        return reached[n];
    }
}
