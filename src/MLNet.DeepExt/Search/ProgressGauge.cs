namespace MLNet.DeepExt.Search;

/// <summary>Says how far a search has come. Used within the journal's exclusive time.</summary>
/// <param name="session">The search.</param>
/// <param name="start">When this run of it began, by its clock.</param>
internal sealed class ProgressGauge(SearchSession session, long start)
{
    private double _work; // of this run

    /// <summary>Counts a job that has ended.</summary>
    public void Add(SearchJob job) => _work += session.Plan.Scheduler.WorkOf(job.Rung);

    /// <summary>How far it is now.</summary>
    /// <param name="trial">The trial that has just begun, or ended.</param>
    /// <param name="isEnd">Whether it ended.</param>
    public SearchProgress Read(int trial, bool isEnd)
    {
        SearchState state = session.State;
        SearchOptions options = session.Plan.Options;
        TimeSpan elapsed = options.TimeProvider.GetElapsedTime(start);
        return new SearchProgress
        {
            Ended = state.Trials.Count - state.Running,
            Running = state.Running,
            Total = options.Budget,
            Best = state.Best() is { } best ? session.View(best) : null,
            Last = session.View(state.Trials[trial]),
            IsEnd = isEnd,
            Elapsed = elapsed,
            Remaining = Remaining(elapsed),
        };
    }

    private TimeSpan? Remaining(TimeSpan elapsed)
    {
        SearchOptions options = session.Plan.Options;
        TimeSpan? left = options.Time is { } time ? (time > elapsed ? time - elapsed : TimeSpan.Zero) : null;
        if (options.Budget is not { } budget || _work == 0)
            return left;
        double toDo = Math.Max(0, session.Plan.Scheduler.WorkOfAll(budget) - session.State.Trials.Sum(WorkOf));
        double seconds = elapsed.TotalSeconds * toDo / _work;
        return left is { } limit && limit.TotalSeconds < seconds ? limit : TimeSpan.FromSeconds(seconds);
    }

    private double WorkOf(TrialRecord trial)
    {
        Scheduler scheduler = session.Plan.Scheduler;
        // A failed one is not taken further.
        int rungs = trial.Rungs.Count + (trial.Error is null ? 0 : 1);
        return Enumerable.Range(0, rungs).Sum(scheduler.WorkOf);
    }
}
