namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>Estimates the rounding error of a cost: its standard deviation.</summary>
/// <remarks>
/// At points so close together that the cost is linear except for rounding errors, its fourth differences contain only rounding errors,
/// and their variance is 70 times that of a single error (R. W. Hamming, "Introduction to applied numerical analysis", 1971;
/// J. J. Moré, S. M. Wild, "Estimating computational noise", 2011). Half of the absolute values of a normal variable are below
/// 0.6745 standard deviations. The median is used so that a kink of the cost between two of the points has no effect.
/// </remarks>
internal static class CostNoise
{
    private const int Points = 20;
    private const double MedianOfNormal = 0.6745;

    // Of neighbouring points, relative to parameters that are above 1. A flat or rough cost, such as one computed in float, does not change
    // at all over the short ones; over the long ones a smooth cost is still as good as straight.
    private static readonly double[] Distances = [1e-9, 1e-8, 1e-7, 1e-6];

    /// <summary>Estimates the error; at least half a unit in the last place of the cost.</summary>
    /// <param name="costAt">The cost at a distance along a line.</param>
    public static double Estimate(Func<double, double> costAt)
    {
        double deviation = Distances.Max(distance => MedianOfDifferences(costAt, distance)) / MedianOfNormal / Math.Sqrt(70);
        return Math.Max(deviation, Math.Abs(costAt(0)) * Math.ScaleB(1, -53));
    }

    private static double MedianOfDifferences(Func<double, double> costAt, double distance)
    {
        double[] costs = [.. Enumerable.Range(0, Points + 4).Select(i => costAt(i * distance))];
        double[] fourth = [.. Enumerable.Range(0, Points).Select(i =>
            Math.Abs(costs[i] - 4 * costs[i + 1] + 6 * costs[i + 2] - 4 * costs[i + 3] + costs[i + 4]))];
        Array.Sort(fourth);
        return fourth[Points / 2];
    }
}
