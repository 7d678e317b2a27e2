using System.Text.Json;
using MLNet.DeepExt.Search.Journals;

namespace MLNet.DeepExt.Search;

/// <summary>Decides what is done next, and writes down what is begun and what came of it. Used within the journal's exclusive time.</summary>
internal sealed class JobBoard(SearchPlan plan, SearchState state, Journal journal, TrialCheckpoints checkpoints)
{
    private readonly HashSet<(int Trial, int Rung)> _measuring = []; // by this process

    private const int MostError = 10_000; // characters; the log has all of it

    // So many failures in the beginning are no accident.
    private const int FirstTrials = 3;

    // A machine may be switched off once, and once more; from then on it may be that the trial ends its process.
    private const int TrustedLosses = 2;

    /// <summary>Why the search cannot go on; null where it can.</summary>
    public string? FindFailure() => HasFailedFromTheStart && state.Standings.Running == 0 ? $"the first {FirstTrials} trials failed" : null;

    /// <summary>What to do next, and writes down that it is begun here.</summary>
    /// <param name="append">Adds an event to the journal.</param>
    /// <param name="step">Whether to wait or to end where there is nothing to do.</param>
    /// <returns>Null where there is nothing to do.</returns>
    public SearchJob? Take(Action<JournalEvent> append, out SchedulerStep step)
    {
        step = SchedulerStep.Start;
        GiveUp(append);
        TrialRecord[] orphans = [.. state.Standings.Claimed.Where(IsOrphan).OrderBy(LossesOf)];
        if (orphans.FirstOrDefault(orphan => LossesOf(orphan) <= TrustedLosses) is { } orphan)
            return Resume(append, orphan);
        if (HasFailedFromTheStart)
        {
            // Unless those that are running come to something.
            step = SchedulerStep.Wait;
            return orphans.Length > 0 ? Resume(append, orphans[0]) : null;
        }

        int number = state.Trials.Count;
        int? mayStart = plan.Options.Budget is { } budget ? Math.Max(0, budget - number) : null;
        SchedulerDecision decision = Next(mayStart);
        if (decision.Step == SchedulerStep.Start)
        {
            IReadOnlyList<FinishedTrial> bestFirst = plan.Options.Sampler.Learns ? state.FinishedBestFirst() : [];
            if (plan.Options.Sampler.Suggest(plan.Space, journal.Seed, number, bestFirst) is { } parameters)
                return Begin(append, new SearchJob(number, parameters, 0));

            decision = Next(0);
        }

        step = decision.Step;
        return step == SchedulerStep.Promote ? Resume(append, state.Trials[decision.Trial])
            : orphans.Length > 0 ? Resume(append, orphans[0])
            : step == SchedulerStep.Done ? TakeMeasurement(ref step)
            : null;
    }

    /// <summary>What is still to do once the time is over: the best goes on to its end.</summary>
    /// <param name="append">Adds an event to the journal.</param>
    /// <param name="step">Whether to wait or to end where there is nothing to do.</param>
    /// <returns>Null where there is nothing to do.</returns>
    public SearchJob? TakeLast(Action<JournalEvent> append, out SchedulerStep step)
    {
        step = SchedulerStep.Wait;
        // What this process is at may become the best.
        if (state.Standings.Claimed.Any(trial => trial.Claim?.Worker == journal.Worker))
            return null;
        TrialRecord? last = plan.Scheduler.Last(state.Trials, plan.Objective.Compare);
        if (last?.Claim is not null && !IsOrphan(last))
            return null;
        step = SchedulerStep.Done;
        return last is null ? TakeMeasurement(ref step) : Resume(append, last);
    }

    /// <summary>
    /// Whether the costly criteria of a trial have to be measured: it could win, or, once one of them has been violated, go on to the next rung.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="result">What it came to, with the best that there could be in place of what was not measured.</param>
    /// <param name="ignoresEpochs">Whether its pipeline ignores epochs, so that it is at its end.</param>
    public bool IsToMeasure(SearchJob job, RungResult result, bool ignoresEpochs)
    {
        if (!IsAt(job))
            return false;
        if (state.CouldWin(job.Trial, result, ignoresEpochs))
            return true;
        if (ignoresEpochs || !state.HasCostlyViolation)
            return false;
        TrialStandings standings = state.Standings;
        return plan.Scheduler.MayGoOn(job.Rung, standings.CountBetter(job.Rung, result.Figures), standings.CountAt(job.Rung) + 1);
    }

    /// <summary>Writes down what the open criteria of a trial came to; an error makes them NaN.</summary>
    public void Complete(Action<JournalEvent> append, SearchJob job, RungResult result, Exception? failure)
    {
        _measuring.Remove((job.Trial, job.Rung));
        append(new JournalEvent
        {
            Event = JournalEventKind.Measured,
            Trial = job.Trial,
            Rung = job.Rung,
            Worker = journal.Worker,
            Values = ValuesOf(job.Known!.Open.Select(place => (place, failure is null ? result.Figures[place] : double.NaN))),
            Error = failure is null ? null : ErrorOf(failure),
        });
    }

    /// <summary>Writes down what a job came to.</summary>
    /// <param name="append">Adds an event to the journal.</param>
    /// <param name="job">The job.</param>
    /// <param name="result">What it came to.</param>
    /// <param name="ignoresEpochs">Whether its pipeline ignores epochs, so that it is at its end.</param>
    /// <returns>False where this worker is at it no more: it was taken for dead, another does the job, and this is dropped.</returns>
    public bool Finish(Action<JournalEvent> append, SearchJob job, RungResult result, bool ignoresEpochs)
    {
        if (!IsAt(job))
            return false;
        append(new JournalEvent
        {
            Event = JournalEventKind.Finished,
            Trial = job.Trial,
            Rung = job.Rung,
            Worker = journal.Worker,
            Values = ValuesOf(result.Figures.Index().Where(at => !result.Open.Contains(at.Index))),
            Rows = result.Rows,
            Seconds = result.Seconds,
            Whole = ignoresEpochs ? true : null,
        });
        return true;
    }

    /// <summary>Writes down that a job came to nothing.</summary>
    /// <returns>As of <see cref="Finish"/>.</returns>
    public bool Fail(Action<JournalEvent> append, SearchJob job, Exception failure)
    {
        if (!IsAt(job))
            return false;
        append(new JournalEvent
        {
            Event = JournalEventKind.Failed,
            Trial = job.Trial,
            Rung = job.Rung,
            Worker = journal.Worker,
            Error = ErrorOf(failure),
        });
        return true;
    }

    /// <summary>Writes down that this worker is at none of its trials any more.</summary>
    public void Release(Action<JournalEvent> append)
    {
        foreach (TrialRecord trial in state.Standings.Claimed.Where(trial => SearchState.IsAt(journal.Worker, trial, trial.Rungs.Count)).ToArray())
        {
            append(new JournalEvent
            {
                Event = JournalEventKind.Released,
                Trial = trial.Number,
                Rung = trial.Rungs.Count,
                Worker = journal.Worker,
            });
        }
    }

    // What would win may have gone on to a rung at which it does not, and those behind it were not measured.
    private SearchJob? TakeMeasurement(ref SchedulerStep step)
    {
        if (state.Foremost() is not { IsMeasured: false } foremost)
            return null;
        int rung = foremost.Rungs.Count - 1;
        if (_measuring.Add((foremost.Number, rung)))
            return new SearchJob(foremost.Number, foremost.Parameters, rung) { Known = foremost.Rungs[rung] };
        step = SchedulerStep.Wait;
        return null;
    }

    private OrderedDictionary<string, double> ValuesOf(IEnumerable<(int Place, double Figure)> figures) =>
        new(figures.Select(at => KeyValuePair.Create(plan.Objective.Criteria[at.Place].Name, at.Figure)));

    private static string ErrorOf(Exception failure)
    {
        string type = failure.GetType().Name;
        string error = string.IsNullOrWhiteSpace(failure.Message) ? type : $"{type}: {failure.Message}";
        return error.Length <= MostError ? error : string.Concat(error.AsSpan(0, MostError), "…");
    }

    // In the name of the last who began it: no other worker has it.
    private void GiveUp(Action<JournalEvent> append)
    {
        int most = plan.Options.MaximumStarts;
        foreach (TrialRecord trial in state.Standings.Claimed.Where(trial => IsOrphan(trial) && LossesOf(trial) >= most).ToArray())
        {
            append(new JournalEvent
            {
                Event = JournalEventKind.Failed,
                Trial = trial.Number,
                Rung = trial.Claim!.Value.Rung,
                Worker = trial.Claim.Value.Worker,
                Error = FormattableString.Invariant(
                    $"The process that ran it ended {LossesOf(trial)} times without an answer; see whether it runs out of memory."),
            });
        }
    }

    // Its worker gave it up, or is gone.
    private bool IsOrphan(TrialRecord trial) => trial.Claim is { } claim && (claim.IsReleased || !journal.IsAlive(claim.Worker));

    private int LossesOf(TrialRecord orphan) => SearchState.LossesOf(orphan, checkpoints.MarkOf(orphan.Number));

    private bool IsAt(SearchJob job) => SearchState.IsAt(journal.Worker, state.Trials[job.Trial], job.Rung);

    private SearchJob Resume(Action<JournalEvent> append, TrialRecord trial) =>
        Begin(append, new SearchJob(trial.Number, trial.Parameters, trial.Rungs.Count));

    private bool HasFailedFromTheStart =>
        state.Trials.Count >= FirstTrials && state.Trials.Take(FirstTrials).All(trial => trial.Error is not null)
        && !state.Trials.Any(trial => trial.HasFigures);

    private SearchJob Begin(Action<JournalEvent> append, SearchJob job)
    {
        append(new JournalEvent
        {
            Event = JournalEventKind.Started,
            Trial = job.Trial,
            Rung = job.Rung,
            Worker = journal.Worker,
            Checkpoint = checkpoints.MarkOf(job.Trial),
            Parameters = JsonElement.Parse(TrialParametersJson.ToJson(job.Parameters)),
        });
        return job;
    }

    private SchedulerDecision Next(int? mayStart) => plan.Scheduler.Next(state.Standings, mayStart);
}
