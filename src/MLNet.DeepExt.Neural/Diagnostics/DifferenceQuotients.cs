using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>A number that can be moved: number <paramref name="index"/> of a parameter.</summary>
internal delegate ref double Coordinate(int index);

/// <summary>Compares the slope of a cost, coordinate by coordinate, with what is said to be its gradient.</summary>
/// <param name="cost">The cost where the coordinates stand.</param>
/// <param name="isSmooth">Whether the cost that was just computed is on the same smooth piece as at the start.</param>
/// <param name="epsilon">ε.</param>
internal sealed class DifferenceQuotients(Func<double> cost, Func<bool> isSmooth, double epsilon)
{
    // A normal error is as good as never more standard deviations away.
    private const double MostDeviations = 4;

    private double _noise;

    /// <summary>Finds out how much rounding scatters the cost, along a line through all coordinates.</summary>
    /// <exception cref="InvalidOperationException">The cost changes by itself.</exception>
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
    /// <param name="isExcluded">Whether a coordinate has no slope to be compared.</param>
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

    // Null if the cost bends within ±ε.
    private double? Slope(ref double coordinate)
    {
        double value = coordinate;
        try
        {
            // ε is rounded when it is added, the more the larger the coordinate: what counts is how far the points are apart.
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
