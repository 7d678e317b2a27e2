using System.Globalization;

namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>Measures several things in turn, round after round, and keeps the median of each.</summary>
internal sealed class Medians
{
    private readonly List<(string Name, Func<double> Measure, List<double> Values)> _figures = [];

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    public static void WriteLine(FormattableString line) => WriteLine(Console.Out, line);

    public static void WriteLine(TextWriter writer, FormattableString line) =>
        writer.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    public void Add(string name, Func<double> measure) => _figures.Add((name, measure, []));

    public void Measure(int rounds)
    {
        foreach ((_, Func<double> measure, _) in _figures)
            measure(); // once for the compiler
        for (int round = 0; round < rounds; round++)
        {
            foreach ((_, Func<double> measure, List<double> values) in _figures)
                values.Add(measure());
        }
    }

    public IEnumerable<(string Name, double Median, double Least, double Most)> Results =>
        _figures.Select(figure => (figure.Name, Of(figure.Values), figure.Values.Min(), figure.Values.Max()));
}
