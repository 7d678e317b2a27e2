namespace MLNet.DeepExt.Statistics;

/// <summary>The incomplete gamma function, which says how likely a chi-square variable is to be so large.</summary>
internal static class IncompleteGamma
{
    private const double Precision = 1e-17;

    /// <summary>Q(a, x) = ∫ₓ^∞ tᵃ⁻¹e⁻ᵗ dt / Γ(a). Source: Abramowitz and Stegun, 6.5.29 below the mean, 6.5.31 above it.</summary>
    /// <param name="a">Above 0.</param>
    /// <param name="x">At least 0.</param>
    public static double Upper(double a, double x)
    {
        if (x == 0)
            return 1;
        double factor = Math.Exp(a * Math.Log(x) - x - LogGamma.Of(a));
        if (x >= a + 1)
            return factor / ContinuedFraction.Evaluate(x + 1 - a, i => (-i * (i - a), x + 2 * i + 1 - a));

        double term = 1 / a, sum = term;
        for (double n = a + 1; term > sum * Precision; n++)
        {
            term *= x / n;
            sum += term;
        }

        return 1 - factor * sum;
    }
}
