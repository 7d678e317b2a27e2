namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Pearson's test that counts come from equal chances.</summary>
internal static class ChiSquare
{
    /// <summary>Σ (count - expected)² / expected, which has as many degrees of freedom as there are counts but one.</summary>
    public static double OfEqualChances(int[] counts)
    {
        double expected = counts.Average();
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }

    /// <summary>
    /// Where 1 in 10,000 fair samples lies above, and as many below the other bound: E. Wilson, M. Hilferty, "The
    /// distribution of chi-square", 1931. A fixed key passes always or never.
    /// </summary>
    public static (double Low, double High) Bounds(int degrees)
    {
        const double Normal = 3.719;
        double spread = Math.Sqrt(2.0 / (9 * degrees));
        return (degrees * Math.Pow(1 - spread * spread - Normal * spread, 3), degrees * Math.Pow(1 - spread * spread + Normal * spread, 3));
    }

    public static void AssertEqualChances(int[] counts)
    {
        (double low, double high) = Bounds(counts.Length - 1);
        Assert.InRange(OfEqualChances(counts), low, high);
    }
}
