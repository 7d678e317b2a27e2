using System.Globalization;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>The rows for a reader, a line for each.</summary>
internal static class QualityTable
{
    public static string Header { get; } = Line("set", "trainer", "metric", "median", "goal", "", "seconds", "each seed");

    public static string LineOf(QualityRow row) => Line(
        row.Set,
        row.Trainer,
        row.Metric,
        Text($"{row.Value:0.0000}"),
        Text($"{row.Goal:0.000}"),
        row.Reached switch { true => "reached", false => "missed", null => "" },
        Text($"{row.Seconds:0.0}"),
        row.Reason ?? string.Join(' ', row.Values.Select(value => Text($"{value:0.0000}"))));

    private static string Line(
        string set, string trainer, string metric, string median, string goal, string reached, string seconds, string rest) =>
        Text($"{set,-19}{trainer,-48}{metric,-9}{median,7}{goal,7}  {reached,-8}{seconds,7}  {rest}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
