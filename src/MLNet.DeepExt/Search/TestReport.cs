using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Search;

/// <summary>How good the winner of a search is on the test rows.</summary>
public sealed record TestReport
{
    internal TestReport()
    {
    }

    /// <summary>The winner, with its figures on the dev rows.</summary>
    public required SearchTrial Trial { get; init; }

    /// <summary>Its figures on the test rows, by the names of the criteria, that of the optimized one first.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>When it was measured, in UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>When the test rows were looked at before; empty as it should be.</summary>
    public required IReadOnlyList<DateTimeOffset> EarlierLooks { get; init; }

    /// <summary>A table of the figures on dev and on test.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        string looks = EarlierLooks.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", looked at {EarlierLooks.Count + 1} times");
        text.AppendLine(CultureInfo.InvariantCulture, $"Trial {Trial.Number} on the test rows{looks}: {Trial.Parameters}");
        int width = Figures.Keys.Append("criterion").Max(name => name.Length);
        text.AppendLine(CultureInfo.InvariantCulture, $"{"criterion".PadRight(width)}  {"dev",10}  {"test",10}");
        foreach ((string name, double value) in Figures)
            text.AppendLine(CultureInfo.InvariantCulture, $"{name.PadRight(width)}  {Trial.Figures[name],10:0.####}  {value,10:0.####}");
        return text.ToString();
    }
}
