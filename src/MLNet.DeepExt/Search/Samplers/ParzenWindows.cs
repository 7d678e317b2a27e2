using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Statistics;

namespace MLNet.DeepExt.Search;

/// <summary>
/// A density on [0, 1] from places in it: a mixture of normal distributions, each cut off at 0 and 1, one around each place and one, the
/// prior, around 1/2 with standard deviation 1.
/// </summary>
/// <remarks>
/// The standard deviation around a place is the greater of the distances to its neighbours on the left and on the right, where 0, 1 and 1/2
/// are neighbours too, but at least 1/min(100, n + 2), with n places, and at most 1. J. Bergstra et al., "Algorithms for hyper-parameter
/// optimization", 2011, section 4.2; the least width is that of their program.
/// </remarks>
internal sealed class ParzenWindows : UnitDensity
{
    private const double PriorCenter = 0.5;
    private const double PriorDeviation = 1;
    private const double MostNarrow = 100;
    private const double LeastProbability = 1e-16;

    private readonly Func<double, (double First, double Last)?> _cellOf;
    private readonly Window[] _windows;

    /// <summary>The density of places.</summary>
    /// <param name="units">The places.</param>
    /// <param name="priorWeight">What the prior weighs, above 0, where each place weighs 1.</param>
    /// <param name="cellOf">As <see cref="SearchRange.CellOf"/>.</param>
    public ParzenWindows(double[] units, double priorWeight, Func<double, (double First, double Last)?> cellOf)
    {
        _cellOf = cellOf;
        double[] marks = [0, .. units.Append(PriorCenter).Order(), 1];
        double least = 1 / Math.Min(MostNarrow, units.Length + 2);
        double sum = units.Length + priorWeight;
        int prior = Array.IndexOf(marks, PriorCenter, 1);
        _windows = [.. Enumerable.Range(1, units.Length + 1).Select(place => place == prior
            ? new Window(PriorCenter, PriorDeviation, priorWeight / sum)
            : new Window(
                marks[place], Math.Clamp(Math.Max(marks[place] - marks[place - 1], marks[place + 1] - marks[place]), least, 1), 1 / sum))];
    }

    /// <inheritdoc/>
    public override double Draw(CounterRandom random)
    {
        double left = random.Uniform(0);
        int index = 0;
        while (index < _windows.Length - 1 && left >= _windows[index].Weight)
            left -= _windows[index++].Weight;
        return _windows[index].Quantile(random.Uniform(1));
    }

    /// <inheritdoc/>
    public override double At(double unit) => _cellOf(unit) is { } cell
        ? _windows.Sum(window => window.Weight * window.Mass(cell.First, cell.Last))
        : _windows.Sum(window => window.Weight * window.Density(unit));

    private static double Cumulative(double x) => x <= 0 ? NormalDistribution.Tail(-x) : 1 - NormalDistribution.Tail(x);

    private readonly struct Window(double center, double deviation, double weight)
    {
        private readonly double _below = Cumulative(-center / deviation);
        private readonly double _within = Cumulative((1 - center) / deviation) - Cumulative(-center / deviation);

        public double Weight { get; } = weight;

        public double Density(double unit)
        {
            double distance = (unit - center) / deviation;
            return Math.Exp(-distance * distance / 2) / (Math.Sqrt(2 * Math.PI) * deviation * _within);
        }

        public double Mass(double first, double last) =>
            (Cumulative((last - center) / deviation) - Cumulative((first - center) / deviation)) / _within;

        public double Quantile(double probability) => Math.Clamp(
            center + deviation * NormalDistribution.Quantile(
                Math.Clamp(_below + probability * _within, LeastProbability, 1 - LeastProbability)),
            0, 1);
    }
}
