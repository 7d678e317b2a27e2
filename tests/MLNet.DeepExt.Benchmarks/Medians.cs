using System.Globalization;

namespace MLNet.DeepExt.Benchmarks;

/// <summary>Measures several things in turn, round after round, and keeps the median of each.</summary>
internal sealed class Medians
{
    private readonly List<(string Name, Func<double> Measure, List<double> Values)> _figures = [];

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
        _figures.Select(figure => (figure.Name, figure.Values.Order().ElementAt(figure.Values.Count / 2), figure.Values.Min(), figure.Values.Max()));

    public static void WriteLine(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
