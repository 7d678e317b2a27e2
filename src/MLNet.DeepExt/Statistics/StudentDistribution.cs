namespace MLNet.DeepExt.Statistics;

/// <summary>Student's distribution, of a mean in units of its standard error.</summary>
internal static class StudentDistribution
{
    /// <summary>The chance of t or more: I(ν/(ν + t²); ν/2, ½)/2 above 0. Source: Abramowitz and Stegun, 26.7.1.</summary>
    /// <param name="t">Any number; of +∞ it is 0.</param>
    /// <param name="freedom">ν, the degrees of freedom, above 0.</param>
    public static double Upper(double t, double freedom)
    {
        double tail = IncompleteBeta.Of(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2;
        return t > 0 ? tail : 1 - tail;
    }
}
