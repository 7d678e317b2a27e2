using System.Text.Json;
using MLNet.DeepExt.Search.Journals;

namespace MLNet.DeepExt.Search;

/// <summary>Decides what is done next, and writes down what is begun and what came of it. Used within the journal's exclusive time.</summary>
internal sealed class JobBoard(SearchPlan plan, SearchState state, Journal journal, TrialCheckpoints checkpoints)
{
    // So many failures in the beginning are no accident.
    private const int HopelessFailures = 3;

    // A machine may be switched off once, and once more; from then on it may be that the trial ends its process.
    private const int TrustedLosses = 2;

    /// <summary>Why the search cannot go on; null where it can.</summary>
    public string? FindFailure() => IsHopeless && state.Running == 0 ? $"the first {HopelessFailures} trials failed" : null;

    /// <summary>What to do next, and writes down that it is begun here.</summary>
    /// <param name="append">Adds an event to the journal.</param>
    /// <param name="step">Whether to wait or to end where there is nothing to do.</param>
    /// <returns>Null where there is nothing to do.</returns>
    public SearchJob? Take(Action<JournalEvent> append, out SchedulerStep step)
    {
        step = SchedulerStep.Start;
        GiveUp(append);
        TrialRecord[] orphans = [.. state.Trials.Where(IsOrphan).OrderBy(LossesOf)];
        if (orphans.FirstOrDefault(orphan => LossesOf(orphan) <= TrustedLosses) is { } orphan)
            return Resume(append, orphan);
        if (IsHopeless)
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
            FinishedTrial[] bestFirst = [.. state.BestFirst().Select(trial => new FinishedTrial(trial.Number, trial.Parameters))];
            if (plan.Options.Sampler.Suggest(plan.Space, journal.Seed, number, bestFirst) is { } parameters)
                return Begin(append, new SearchJob(number, parameters, 0));

            decision = Next(0);
        }

        step = decision.Step;
        return step == SchedulerStep.Promote ? Resume(append, state.Trials[decision.Trial])
            : orphans.Length > 0 ? Resume(append, orphans[0])
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
        if (state.Trials.Any(trial => trial.Claim?.Worker == journal.Worker))
            return null;
        TrialRecord? last = plan.Scheduler.Last(state.Trials, plan.Objective.Compare);
        if (last?.Claim is not null && !IsOrphan(last))
            return null;
        step = SchedulerStep.Done;
        return last is null ? null : Resume(append, last);
    }

    /// <summary>Writes down what a job came to.</summary>
    /// <param name="append">Adds an event to the journal.</param>
    /// <param name="job">The job.</param>
    /// <param name="result">What it came to.</param>
    /// <param name="isWhole">Whether its pipeline ignores epochs, so that it is at its end.</param>
    /// <returns>False where this worker is at it no more: it was taken for dead, another does the job, and this is dropped.</returns>
    public bool Finish(Action<JournalEvent> append, SearchJob job, RungResult result, bool isWhole)
    {
        if (!IsAt(job))
            return false;
        append(new JournalEvent
        {
            Event = JournalEventKind.Finished,
            Trial = job.Trial,
            Rung = job.Rung,
            Worker = journal.Worker,
            Values = new OrderedDictionary<string, double>(
                plan.Objective.Criteria.Zip(result.Figures, (criterion, figure) => KeyValuePair.Create(criterion.Name, figure))),
            Rows = result.Rows,
            Seconds = result.Seconds,
            Whole = isWhole ? true : null,
        });
        return true;
    }

    /// <summary>Writes down that a job came to nothing.</summary>
    /// <returns>As of <see cref="Finish"/>.</returns>
    public bool Fail(Action<JournalEvent> append, SearchJob job, Exception failure)
    {
        if (!IsAt(job))
            return false;
        string type = failure.GetType().Name;
        string error = string.IsNullOrWhiteSpace(failure.Message) ? type : $"{type}: {failure.Message}";
        append(new JournalEvent { Event = JournalEventKind.Failed, Trial = job.Trial, Rung = job.Rung, Worker = journal.Worker, Error = error });
        return true;
    }

    /// <summary>Writes down that this worker is at none of its trials any more.</summary>
    public void Release(Action<JournalEvent> append)
    {
        foreach (TrialRecord trial in state.Trials.Where(trial => SearchState.IsAt(journal.Worker, trial, trial.Rungs.Count)).ToArray())
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

    // In the name of the last who began it: it belongs to nobody else.
    private void GiveUp(Action<JournalEvent> append)
    {
        int most = plan.Options.MaximumStarts;
        foreach (TrialRecord trial in state.Trials.Where(trial => IsOrphan(trial) && LossesOf(trial) >= most).ToArray())
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

    // Whoever was at it gave it up, or is gone.
    private bool IsOrphan(TrialRecord trial) => trial.Claim is { } claim && (claim.IsReleased || !journal.IsAlive(claim.Worker));

    private int LossesOf(TrialRecord orphan) => SearchState.LossesOf(orphan, checkpoints.MarkOf(orphan.Number));

    private bool IsAt(SearchJob job) => SearchState.IsAt(journal.Worker, state.Trials[job.Trial], job.Rung);

    private SearchJob Resume(Action<JournalEvent> append, TrialRecord trial) =>
        Begin(append, new SearchJob(trial.Number, trial.Parameters, trial.Rungs.Count));

    private bool IsHopeless =>
        state.Trials.Count >= HopelessFailures && state.Trials.Take(HopelessFailures).All(trial => trial.Error is not null)
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

    private SchedulerDecision Next(int? mayStart) => plan.Scheduler.Next(state.Trials, mayStart, plan.Objective.Compare);
}
