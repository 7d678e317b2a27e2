namespace MLNet.DeepExt.Search;

/// <summary>Says how far a search has come. Used within the journal's exclusive time.</summary>
/// <param name="session">The search.</param>
/// <param name="start">When this run of it began, by its clock.</param>
internal sealed class ProgressGauge(SearchSession session, long start)
{
    // By rung; and of all, which no event changes.
    private readonly double[] _works = [.. Enumerable.Range(0, session.Plan.Scheduler.Rungs.Count).Select(session.Plan.Scheduler.WorkOf)];
    private readonly double _all = session.Plan.Scheduler.WorkOfAll(session.Plan.Options.Budget ?? 0);
    private double _work; // of this run
    private double _done; // of all trials

    /// <summary>Starts from the known trials, and receives every change.</summary>
    public void Begin()
    {
        _done = session.State.Trials.Sum(WorkOf);
        session.State.Changed = (before, after) => _done += WorkOf(after) - (before is null ? 0 : WorkOf(before));
    }

    /// <summary>Counts a job that has ended. Used once the trial knows of it.</summary>
    public void Add(SearchJob job) =>
        _work += session.State.Trials[job.Trial] is { IgnoresEpochs: true } trial ? WorkOf(trial) : _works[job.Rung];

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
            Ended = state.Trials.Count - state.Standings.Running,
            Running = state.Standings.Running,
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
        if (options.Budget is null || _work == 0)
            return left;
        double toDo = Math.Max(0, _all - _done);
        double seconds = elapsed.TotalSeconds * toDo / _work;
        return left is { } limit && limit.TotalSeconds < seconds ? limit
            : seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    private double WorkOf(TrialRecord trial)
    {
        // One that ignores epochs does at once what another does on the average of those that go on and those that do not.
        if (trial.IgnoresEpochs && session.Plan.Options.Budget is { } budget)
            return _all / budget;
        // A failed one is not taken further.
        int rungs = trial.Rungs.Count + (trial.Error is null ? 0 : 1);
        return _works.Take(rungs).Sum();
    }
}
