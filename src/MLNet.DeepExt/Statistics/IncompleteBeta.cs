namespace MLNet.DeepExt.Statistics;

/// <summary>The incomplete beta function, which says how likely binomial counts are.</summary>
internal static class IncompleteBeta
{
    private const int Bits = 1100; // more halvings than a double takes from 1 to its smallest

    /// <summary>
    /// I(x; a, b) = ∫₀ˣ tᵃ⁻¹(1 - t)ᵇ⁻¹ dt / B(a, b), the chance that a beta variable is below x. Source: DLMF 8.17.22.
    /// </summary>
    /// <param name="a">Above 0.</param>
    /// <param name="b">Above 0.</param>
    /// <param name="x">In [0, 1].</param>
    public static double Of(double a, double b, double x)
    {
        if (x is 0 or 1)
            return x;
        // The fraction ends soon on the near side of the mean alone.
        if (x > (a + 1) / (a + b + 2))
            return 1 - Of(b, a, 1 - x);
        double factor = Math.Exp(
            a * Math.Log(x) + b * Math.Log(1 - x) + LogGamma.Of(a + b) - LogGamma.Of(a) - LogGamma.Of(b)) / a;
        return factor / ContinuedFraction.Evaluate(1, i =>
        {
            int m = i / 2;
            double numerator = i % 2 == 0
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            return (numerator, 1);
        });
    }

    /// <summary>The x of which I(x; a, b) is the probability, by halving.</summary>
    /// <param name="a">Above 0.</param>
    /// <param name="b">Above 0.</param>
    /// <param name="probability">In (0, 1).</param>
    public static double Inverse(double a, double b, double probability)
    {
        double low = 0, high = 1;
        for (int bit = 0; bit < Bits; bit++)
        {
            double middle = (low + high) / 2;
            if (middle == low || middle == high)
                break;
            if (Of(a, b, middle) < probability)
                low = middle;
            else
                high = middle;
        }

        return high;
    }
}
