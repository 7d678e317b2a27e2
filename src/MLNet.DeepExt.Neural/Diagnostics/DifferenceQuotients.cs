using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>Accesses a number that can be changed: number <paramref name="index"/> of a parameter.</summary>
internal delegate ref double Coordinate(int index);

/// <summary>Compares the slope of a cost, coordinate by coordinate, with a computed gradient.</summary>
/// <param name="cost">The cost at the current coordinates.</param>
/// <param name="isSmooth">True if the last computed cost is on the same smooth piece as at the start.</param>
/// <param name="epsilon">ε.</param>
internal sealed class DifferenceQuotients(Func<double> cost, Func<bool> isSmooth, double epsilon)
{
    // A normal error almost never exceeds this number of standard deviations.
    private const double MostDeviations = 4;

    private double _noise;

    /// <summary>Estimates the rounding error of the cost along a line through all coordinates.</summary>
    /// <exception cref="InvalidOperationException">The cost differs for equal parameters.</exception>
    public void MeasureNoise(int count, Coordinate coordinates)
    {
        (double first, double second) = (cost(), cost());
        if (!first.Equals(second))
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The cost was {first} and then {second} of the same parameters; hold what is random in it, such as a dropout mask."));
        }

        var random = new CounterRandom(0);
        var start = new double[count];
        for (int i = 0; i < count; i++)
            start[i] = coordinates(i);
        try
        {
            _noise = CostNoise.Estimate(distance =>
            {
                for (int i = 0; i < count; i++)
                {
                    double sign = random.Bits((ulong)i) % 2 == 0 ? 1 : -1;
                    coordinates(i) = start[i] + distance * sign * Math.Max(1, Math.Abs(start[i]));
                }

                return cost();
            });
        }
        finally
        {
            for (int i = 0; i < count; i++)
                coordinates(i) = start[i];
        }
    }

    /// <summary>Compares the slopes of one parameter with its gradient.</summary>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="coordinates">Its numbers.</param>
    /// <param name="gradient">The computed gradient.</param>
    /// <param name="isExcluded">True if a coordinate has no slope.</param>
    public GradientCheckPart Compare(string name, Coordinate coordinates, ReadOnlySpan<double> gradient, Predicate<int>? isExcluded = null)
    {
        double difference = 0, first = 0, second = 0;
        int compared = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            if (isExcluded?.Invoke(i) == true || Slope(ref coordinates(i)) is not { } slope)
                continue;
            difference += Math.Pow(slope - gradient[i], 2);
            first += slope * slope;
            second += gradient[i] * gradient[i];
            compared++;
        }

        return new GradientCheckPart(name, Math.Sqrt(difference), Math.Sqrt(first), Math.Sqrt(second))
        {
            Compared = compared,
            Excluded = gradient.Length - compared,
            RoundingNorm = Math.Sqrt(compared) * MostDeviations * _noise / epsilon,
        };
    }

    // Null if the cost has a kink within ±ε.
    private double? Slope(ref double coordinate)
    {
        double value = coordinate;
        try
        {
            // ε is rounded when it is added, more for larger coordinates, so the actual distance of the points is used.
            double above = value + epsilon, below = value - epsilon;
            coordinate = above;
            double costAbove = cost();
            bool smooth = isSmooth();
            coordinate = below;
            double costBelow = cost();
            return smooth && isSmooth() ? (costAbove - costBelow) / (above - below) : null;
        }
        finally
        {
            coordinate = value;
        }
    }
}
