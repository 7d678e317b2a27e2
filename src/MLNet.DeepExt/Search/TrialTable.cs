using System.Globalization;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>Writes trials as a table, the same in every culture.</summary>
internal static class TrialTable
{
    private const int MostCharacters = 24;
    private const string NotMeasured = "-";

    public static string Write(Objective objective, SearchSpace space, SearchResult result, int width)
    {
        Column[] columns =
        [
            new("trial", trial => Text(trial.Number)),
            new("state", trial => NameOf(trial.State), IsText: true),
            .. result.Trials.Any(trial => trial.Epochs is not null)
                ? [new Column("epochs", trial => trial.Epochs is { } epochs ? Text(epochs) : "")]
                : Array.Empty<Column>(),
            .. objective.Criteria.Select(criterion => new Column(
                criterion.Name, trial => trial.Figures.TryGetValue(criterion.Name, out double figure) ? Number(figure)
                    : trial.Figures.Count > 0 ? NotMeasured : "")),
            new("seconds", trial => trial.Seconds.ToString("0.0", CultureInfo.InvariantCulture)),
            .. space.Names.Select(name => new Column(name, trial => ValueOf(trial.Parameters, name), IsText: IsText(result, name))),
        ];
        TableColumn CellsOf(Column column) => new(column.Name, [.. result.Trials.Select(column.Cell)], column.IsText);
        List<string> lines =
        [
            .. TextWidth.Wrap($"{objective}: {Verdict(result)}", width),
            .. FittedTable.Write([.. columns.Select(CellsOf)], CellsOf(new("", Remark, IsText: true)), width),
        ];
        if (result.Trials.Any(trial => trial.Figures.Count is > 0 and int count && count < objective.Criteria.Count))
            lines.Add($"{NotMeasured} is not measured: the trial could not win.");
        return string.Concat(lines.Select(line => line + Environment.NewLine));
    }

    private static string Verdict(SearchResult result)
    {
        string verdict = result.Best is { } best
            ? string.Create(CultureInfo.InvariantCulture, $"trial {best.Number} wins")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"no trial meets all constraints, the nearest is trial {result.Nearest.Number}: {string.Join(", ", result.Nearest.Violations)}");
        int failed = result.Trials.Count(trial => trial.State == TrialState.Failed && trial.Figures.Count > 0);
        return failed == 0 ? verdict : string.Create(CultureInfo.InvariantCulture, $"{verdict}; {failed} of those that went on failed on the way");
    }

    private static string Remark(SearchTrial trial) => string.Join(
        "; ",
        trial.Violations.Append(trial.Error is not { } error ? ""
            : $"{(trial.Figures.Count > 0 ? "failed later: " : "")}{error.AsSpan().TrimStart().ToString().Split('\n')[0].TrimEnd()}")
            .Where(remark => remark.Length > 0));

    private static string NameOf(TrialState state) => state switch
    {
        TrialState.Finished => "finished",
        TrialState.StoppedEarly => "stopped early",
        TrialState.Failed => "failed",
        _ => "unfinished",
    };

    private static string ValueOf(TrialParameters parameters, string name)
    {
        if (!parameters.Has(name))
            return "";
        object value = parameters[name];
        string text = value is double or float
            ? Number(Convert.ToDouble(value, CultureInfo.InvariantCulture))
            : ValueText.Of(value).ReplaceLineEndings(" ");
        return TextWidth.Shorten(text, MostCharacters);
    }

    private static bool IsText(SearchResult result, string name) =>
        result.Trials.Any(trial => trial.Parameters.Has(name) && trial.Parameters[name] is not (double or float or int or long));

    // Four digits, or all before the point.
    private static string Number(double figure) => figure.ToString(Math.Abs(figure) is >= 1e3 and < 1e9 ? "0" : "G4", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Column(string Name, Func<SearchTrial, string> Cell, bool IsText = false);
}
