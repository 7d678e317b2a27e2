using System.Globalization;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>How good the winner of a search is on the test rows.</summary>
public sealed record TestReport
{
    internal TestReport()
    {
    }

    /// <summary>The winner, with the figures that it won by.</summary>
    public required SearchTrial Trial { get; init; }

    /// <summary>
    /// The figures on the dev rows of the model that was measured on the test rows: those of <see cref="Trial"/>, but where the model had
    /// to be fitted once more and came out otherwise.
    /// </summary>
    public required IReadOnlyDictionary<string, double> DevFigures { get; init; }

    /// <summary>Its figures on the test rows, by the names of the criteria, that of the optimized one first.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>When it was measured, in UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>
    /// When test rows were looked at before in this search, in UTC, the first look first. Empty at the first look. Otherwise the log has a warning:
    /// if choices were made by the earlier figures, these are too good. To have an exception instead, set
    /// <see cref="SearchOptions.RefuseSecondLook"/>.
    /// </summary>
    public required IReadOnlyList<DateTimeOffset> EarlierLooks { get; init; }

    /// <summary>
    /// How many of <see cref="EarlierLooks"/> are known to have been at other rows than these: at another number of rows, or at rows with the
    /// same columns and other values. The others count as looks at these rows.
    /// </summary>
    public required int EarlierLooksAtOtherRows { get; init; }

    /// <summary>The first of <see cref="EarlierLooks"/> that is not known to have been at other rows; null if there is none.</summary>
    internal DateTimeOffset? FirstLookAtTheseRows { get; init; }

    /// <summary>Which rows these are; null until they are read.</summary>
    internal RowsFingerprint? Rows { get; init; }

    /// <summary>How many trials other processes were at when it was measured: the search was not over, and may find a better one.</summary>
    public required int RunningTrials { get; init; }

    /// <summary>A table of the figures on dev and on test, and what to know about it.</summary>
    /// <remarks>Lines are as wide as the terminal at most, or 80 columns where the output is redirected.</remarks>
    public override string ToString() => ToString(TextWidth.OfOutput());

    /// <summary>The same in lines of at most some columns.</summary>
    internal string ToString(int columns)
    {
        List<string> lines = [];
        int times = EarlierLooks.Count - EarlierLooksAtOtherRows + 1;
        string looks = times == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", looked at {times} times");
        lines.AddRange(TextWidth.Wrap(
            string.Create(CultureInfo.InvariantCulture, $"Trial {Trial.Number} on the test rows{looks}: {Trial.Parameters}"), columns));
        int width = Figures.Keys.Append("criterion").Max(name => name.Length);
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"{"criterion".PadRight(width)}  {"dev",10}  {"test",10}"));
        lines.AddRange(Figures.Select(figure => string.Create(
            CultureInfo.InvariantCulture, $"{figure.Key.PadRight(width)}  {DevFigures[figure.Key],10:0.####}  {figure.Value,10:0.####}")));
        if (FindWarning() is { } warning)
            lines.AddRange(TextWidth.Wrap(warning, columns));
        if (RunningTrials > 0)
        {
            lines.AddRange(TextWidth.Wrap(
                string.Create(
                    CultureInfo.InvariantCulture, $"The search was not over: {RunningTrials} trials were running, and one may turn out better."),
                columns));
        }

        return string.Concat(lines.Select(line => line + Environment.NewLine));
    }

    /// <summary>What to know about looks before this one; null if there was none.</summary>
    internal string? FindWarning() =>
        EarlierLooks.Count == 0 ? null
        : FirstLookAtTheseRows is { } first ? string.Create(
            CultureInfo.InvariantCulture,
            $"The test rows were looked at before, first on {first:yyyy-MM-dd HH:mm:ss} UTC. If a choice was made by those figures, ")
            + "these are too good; use new test rows for unbiased ones."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Other test rows were looked at before, first on {EarlierLooks[0]:yyyy-MM-dd HH:mm:ss} UTC. These figures are unbiased if none of ")
            + "those rows are among these.";
}
