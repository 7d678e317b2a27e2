using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>What a search returns or throws once all its trials have stopped.</summary>
/// <param name="session">The search.</param>
internal sealed class SearchOutcome(SearchSession session)
{
    /// <summary>Why the search could not go on; null if it could.</summary>
    public Exception? Fault { get; init; }

    /// <summary>Why it has nothing to go by; null if it has.</summary>
    public InvalidOperationException? Failure { get; init; }

    /// <summary>The exception of the first trial that failed here.</summary>
    public (int Trial, Exception Exception)? FirstFailure { get; init; }

    /// <summary>Whether it was cancelled.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>The result.</summary>
    /// <param name="kept">The model of the best trial, if it was made here.</param>
    /// <exception cref="SearchInterruptedException">The search could not go on.</exception>
    /// <exception cref="InvalidOperationException">No trial has figures.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before a trial had figures.</exception>
    public SearchResult ToResult(KeptModel? kept)
    {
        SearchState state = session.State;
        SearchResult? result = state.BestFirst().Count > 0 ? new SearchResult(session, kept) : null;
        if (Fault is not null)
            throw Interruption(Fault, result);
        if (result is not null)
            return result;
        if (Failure is not null)
            throw Failure;
        if (IsCancelled)
            throw new OperationCanceledException("The search was cancelled before a trial had ended.", session.Plan.Options.CancellationToken);
        throw state.Trials.Any(trial => trial.Error is not null)
            ? NothingToGoBy(session, "all trials failed", FirstFailure)
            : new InvalidOperationException("The time of the search was over before a trial had ended; allow more Time.");
    }

    /// <summary>Says that trials failed and none has figures, with the first of them and the remedy.</summary>
    public static InvalidOperationException NothingToGoBy(SearchSession session, string what, (int Trial, Exception Exception)? firstFailure)
    {
        TrialRecord first = session.State.Trials.First(trial => trial.Error is not null);
        string remedy = session.Plan.Options.Folder is { } folder
            ? $"Mend it, and search again in another folder than '{folder}'."
            : "Mend it, and search again.";
        Exception inner = firstFailure is { } failure && failure.Trial == first.Number
            ? failure.Exception
            : new InvalidOperationException(first.Error);
        return new InvalidOperationException(
            FormattableString.Invariant($"The search has nothing to go by: {what}, trial {first.Number} with \"{first.Error}\" {remedy}"), inner);
    }

    private SearchInterruptedException Interruption(Exception fault, SearchResult? result)
    {
        int ended = session.State.Trials.Count(trial => trial.HasFigures || trial.Error is not null);
        string found = result is null ? "No trial had figures by then."
            : FormattableString.Invariant($"{ended} {(ended == 1 ? "trial" : "trials")} had ended by then, which Result has.");
        return new SearchInterruptedException($"The search could not go on. {OptionFault.Repeat(fault).TrimEnd('.')}. {found}", result, fault);
    }
}
