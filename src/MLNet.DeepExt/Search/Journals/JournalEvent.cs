using System.Text.Json;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>A line of a journal after the first.</summary>
internal sealed record JournalEvent
{
    /// <summary>What it tells of.</summary>
    public required JournalEventKind Event { get; init; }

    /// <summary>The number of the trial, counted from 0.</summary>
    public required int Trial { get; init; }

    /// <summary>How far the trial is to go, or went, counted from 0.</summary>
    public int Rung { get; init; }

    /// <summary>Who is at it, or was; of all but looks at the test rows.</summary>
    public int? Worker { get; init; }

    /// <summary>What is tried; of a trial that started.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Which checkpoint it goes on from, so that it is known whether it has come further since; of a trial that started.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Figures by the names of their criteria; of a trial that finished, without the costly ones that were not measured.</summary>
    public IReadOnlyDictionary<string, double>? Values { get; init; }

    /// <summary>On how many rows metrics among the figures were measured; of a look at the test rows, how many these are.</summary>
    public long? Rows { get; init; }

    /// <summary>How long it took.</summary>
    public double? Seconds { get; init; }

    /// <summary>Whether its pipeline ignores epochs, so that it is at its end; of a trial that finished a rung, null for no.</summary>
    public bool? Whole { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Of a look at the test rows: whether there had been one before.</summary>
    public bool? Again { get; init; }

    /// <summary>Which columns the rows have; of a look at the test rows that came to figures.</summary>
    public string? Columns { get; init; }

    /// <summary>Which rows they are, whatever their order; of a look at the test rows that came to figures.</summary>
    public string? Content { get; init; }

    /// <summary>When, in UTC; of a look at the test rows.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>What is missing of what this kind of event has, or cannot be; null if nothing is.</summary>
    public string? FindFault() => Event switch
    {
        _ when Trial < 0 => "the number of the trial is negative",
        _ when Rung < 0 => "the number of the rung is negative",
        _ when Worker < 0 => "the number of the worker is negative",
        _ when Rows < 0 => "the number of rows is negative",
        _ when Seconds is { } seconds && !(seconds >= 0 && double.IsFinite(seconds)) =>
            FormattableString.Invariant($"its seconds are {seconds} but must be at least 0 and finite"),
        JournalEventKind.Started when Parameters is null => "it has no parameters",
        JournalEventKind.Finished or JournalEventKind.Measured or JournalEventKind.Test when Values is null => "it has no values",
        JournalEventKind.Finished when Seconds is null => "it has no seconds",
        JournalEventKind.Failed when Error is null => "it has no error",
        JournalEventKind.Test when Time is null => "it has no time",
        not JournalEventKind.Test when Worker is null => "it names no worker",
        _ => null,
    };
}
