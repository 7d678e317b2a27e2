using System.Globalization;
using System.Text;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>Writes trials as a table, the same in every culture.</summary>
internal static class TrialTable
{
    public static string Write(Objective objective, SearchResult result)
    {
        bool hasEpochs = result.Trials.Any(trial => trial.Epochs is not null);
        string[] criteria = [.. objective.Criteria.Select(criterion => criterion.Name)];
        List<string[]> rows = [["trial", "state", .. hasEpochs ? ["epochs"] : Array.Empty<string>(), .. criteria, "seconds", "parameters"]];
        rows.AddRange(result.Trials.Select(trial => (string[])
        [
            Text(trial.Number),
            NameOf(trial.State),
            .. hasEpochs ? [trial.Epochs is { } epochs ? Text(epochs) : ""] : Array.Empty<string>(),
            .. criteria.Select(name => trial.Figures.TryGetValue(name, out double figure) ? Number(figure) : ""),
            trial.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
            $"{trial.Parameters}{Remark(trial)}",
        ]));
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{objective}: {Verdict(result)}");
        foreach (string[] row in rows)
        {
            // Words to the left, numbers to the right.
            IEnumerable<string> cells = row.Select((cell, column) =>
                column == 1 || column == row.Length - 1 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            text.AppendLine(string.Join("  ", cells).TrimEnd());
        }

        return text.ToString();
    }

    private static string Verdict(SearchResult result) => result.Best is { } best
        ? string.Create(CultureInfo.InvariantCulture, $"trial {best.Number} wins")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"no trial meets all constraints, the nearest is trial {result.Nearest.Number}: {string.Join(", ", result.Nearest.Violations)}");

    private static string Remark(SearchTrial trial) => trial.Error is { } error
        ? $": {error.AsSpan().TrimStart().ToString().Split('\n')[0].TrimEnd()}"
        : trial.Violations.Count > 0 ? $": {string.Join(", ", trial.Violations)}"
        : "";

    private static string NameOf(TrialState state) => state switch
    {
        TrialState.Finished => "finished",
        TrialState.StoppedEarly => "stopped early",
        TrialState.Failed => "failed",
        _ => "unfinished",
    };

    private static string Number(double figure) => figure.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
