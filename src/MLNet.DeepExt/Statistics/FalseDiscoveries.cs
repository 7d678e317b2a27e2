namespace MLNet.DeepExt.Statistics;

/// <summary>
/// P-values of many tests, adjusted so that of those below α a share of at most α is expected to be there by chance:
/// p₍ᵢ₎·n/i, and no more than any that follows.
/// </summary>
/// <remarks>
/// Source: Y. Benjamini and Y. Hochberg, Controlling the False Discovery Rate, Journal of the Royal Statistical Society B 57 (1995). Where
/// nothing is different at all, it is the chance that any value is below α. It holds for independent tests and for ones that go together.
/// </remarks>
internal static class FalseDiscoveries
{
    /// <summary>The adjusted values, in the order of those given.</summary>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        var adjusted = new double[pValues.Count];
        double least = 1;
        int rank = pValues.Count;
        foreach (int test in Enumerable.Range(0, pValues.Count).OrderByDescending(test => pValues[test]))
        {
            least = Math.Min(least, pValues[test] * pValues.Count / rank--);
            adjusted[test] = least;
        }

        return adjusted;
    }
}
