namespace MLNet.DeepExt.Statistics;

/// <summary>ln Γ(x) of numbers above 0.</summary>
internal static class LogGamma
{
    private const double SmallestOfSeries = 10; // from here on, what the series leaves out is below 1e-15

    /// <summary>
    /// Stirling's series, after Γ(x + 1) = x·Γ(x) has brought x to where it is exact. Source: Abramowitz and Stegun, 6.1.41.
    /// </summary>
    /// <param name="x">Above 0.</param>
    public static double Of(double x)
    {
        double product = 1;
        for (; x < SmallestOfSeries; x++)
            product *= x;
        double inverse = 1 / x, square = inverse * inverse;
        double series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680
            - square * (1.0 / 1188 - square * (691.0 / 360360 - square / 156))))));
        return (x - 0.5) * Math.Log(x) - x + Math.Log(2 * Math.PI) / 2 + series - Math.Log(product);
    }
}
