using System.Globalization;

namespace MLNet.DeepExt.Search;

/// <summary>How far a search has come.</summary>
public sealed record SearchProgress
{
    internal SearchProgress()
    {
    }

    /// <summary>How many trials have come to figures or have failed, and are not running.</summary>
    public required int Ended { get; init; }

    /// <summary>How many trials are running, in this process or another.</summary>
    public required int Running { get; init; }

    /// <summary>How many there are to be; null where time alone sets the end.</summary>
    public required int? Total { get; init; }

    /// <summary>The best so far that meets all constraints; null if none does.</summary>
    public required SearchTrial? Best { get; init; }

    /// <summary>The trial that has just begun, gone on or ended.</summary>
    public required SearchTrial Last { get; init; }

    /// <summary>Whether <see cref="Last"/> has just ended, or reached a rung; false where it has begun or gone on.</summary>
    public required bool IsEnd { get; init; }

    /// <summary>The time since this run began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>
    /// The time that is left, by the work of this run so far and no more than its limit; null before there is any to go by, and where it is
    /// more than a <see cref="TimeSpan"/> can be.
    /// </summary>
    public required TimeSpan? Remaining { get; init; }

    /// <summary>A line such as <c>12 of 50 trials, 2 running: trial 13 accuracy 0.9541; best trial 7 accuracy 0.9612; 1:20 left</c>.</summary>
    public override string ToString()
    {
        string total = Total is { } all ? string.Create(CultureInfo.InvariantCulture, $" of {all}") : "";
        string best = Best is null ? "" : $"; best {Describe(Best)}";
        string left = Remaining is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"; {(long)time.TotalHours}:{time:mm\\:ss} left")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Ended}{total} trials, {Running} running: {DescribeLast()}{best}{left}");
    }

    private string DescribeLast() => IsEnd ? Describe(Last) : string.Create(CultureInfo.InvariantCulture, $"trial {Last.Number} begins");

    private static string Describe(SearchTrial trial)
    {
        string outcome = trial.Error is not null ? "failed"
            : trial.Figures.Count == 0 ? "has no figures"
            : string.Join(", ", trial.Figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Value:0.####}")));
        return string.Create(CultureInfo.InvariantCulture, $"trial {trial.Number} {outcome}");
    }
}
