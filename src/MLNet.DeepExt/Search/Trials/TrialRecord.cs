namespace MLNet.DeepExt.Search;

/// <summary>What is known of a trial.</summary>
internal sealed record TrialRecord
{
    /// <summary>Its number, counted from 0.</summary>
    public required int Number { get; init; }

    /// <summary>What it tries.</summary>
    public required TrialParameters Parameters { get; init; }

    /// <summary>What it came to at every rung so far.</summary>
    public IReadOnlyList<RungResult> Rungs { get; init; } = [];

    /// <summary>
    /// Whether its pipeline ignores epochs, and so was trained in full at its only rung: it is at its end, and is compared with the highest rung.
    /// </summary>
    public bool IgnoresEpochs { get; init; }

    /// <summary>Who is at work on it; null if there is none.</summary>
    public TrialClaim? Claim { get; init; }

    /// <summary>How many before the last who began with its next rung exited without reporting, and had not come further.</summary>
    public int Losses { get; init; }

    /// <summary>Why it failed; null if it has not.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it has figures; a trial that has failed at a later rung keeps those that it had.</summary>
    public bool HasFigures => Rungs.Count > 0;

    /// <summary>What it came to last. Only if it has figures.</summary>
    public IReadOnlyList<double> Figures => Rungs[^1].Figures;

    /// <summary>Whether all criteria were measured where it came to figures last. Only if it has figures.</summary>
    public bool IsMeasured => Rungs[^1].Open.Count == 0;

    /// <summary>How long it took so far.</summary>
    public double Seconds => Rungs.Sum(rung => rung.Seconds);
}
