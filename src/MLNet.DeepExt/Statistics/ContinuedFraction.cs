namespace MLNet.DeepExt.Statistics;

/// <summary>The value of b₀ + a₁/(b₁ + a₂/(b₂ + ...)).</summary>
internal static class ContinuedFraction
{
    private const double Tiny = 1e-300;
    private const double Precision = 1e-16;
    private const int MostTerms = 1_000_000;

    /// <summary>Lentz's method as I. J. Thompson and A. R. Barnett have it, Journal of Computational Physics 64 (1986).</summary>
    /// <param name="first">b₀.</param>
    /// <param name="term">(aᵢ, bᵢ) of i = 1, 2, ...</param>
    public static double Evaluate(double first, Func<int, (double A, double B)> term)
    {
        double value = Away(first), c = value, d = 0;
        for (int i = 1; i < MostTerms; i++)
        {
            (double a, double b) = term(i);
            d = 1 / Away(b + a * d);
            c = Away(b + a / c);
            double factor = c * d;
            value *= factor;
            if (Math.Abs(factor - 1) <= Precision)
                break;
        }

        return value;
    }

    private static double Away(double x) => Math.Abs(x) < Tiny ? Tiny : x;
}
