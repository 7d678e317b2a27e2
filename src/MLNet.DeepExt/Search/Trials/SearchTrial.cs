namespace MLNet.DeepExt.Search;

/// <summary>What came of a trial of a search.</summary>
public sealed record SearchTrial
{
    internal SearchTrial()
    {
    }

    /// <summary>Its number, counted from 0.</summary>
    public required int Number { get; init; }

    /// <summary>What was tried.</summary>
    public required TrialParameters Parameters { get; init; }

    /// <summary>How far it has come.</summary>
    public required TrialState State { get; init; }

    /// <summary>
    /// At how many epochs it was measured last, where a <see cref="Scheduler"/> compares trials on the way; null elsewhere, and for a trial whose
    /// trainer ignores epochs and was trained in full.
    /// </summary>
    public required int? Epochs { get; init; }

    /// <summary>Its figures on the dev rows, by the names of the criteria, that of the optimized one first; empty where it has none.</summary>
    /// <remarks>
    /// Latency takes a second or more to measure, and is measured only of trials that could win, or once it has ruled out a trial, that could go
    /// on to the next rung. Where it was not measured there is no figure, and <see cref="SearchResult.ToString()"/> shows a "-".
    /// </remarks>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>What is wrong with its figures, such as <c>latency ms is 1500 but at most 100 is allowed</c>; empty if nothing is.</summary>
    public required IReadOnlyList<string> Violations { get; init; }

    /// <summary>How many seconds it took, to fit and to measure it.</summary>
    public required double Seconds { get; init; }

    /// <summary>Why it failed: the type of the exception, and its message; null if it did not. All of the exception is in the log.</summary>
    public required string? Error { get; init; }
}
