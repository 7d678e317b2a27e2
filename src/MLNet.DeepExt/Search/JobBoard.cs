using System.Text.Json;
using MLNet.DeepExt.Search.Journals;

namespace MLNet.DeepExt.Search;

/// <summary>Decides what is done next, and writes down what is begun and what came of it. Used within the journal's exclusive time.</summary>
internal sealed class JobBoard(SearchPlan plan, SearchState state, Journal journal)
{
    // So many failures in the beginning are no accident.
    private const int HopelessFailures = 3;

    /// <summary>Why the search cannot go on; null where it can.</summary>
    public string? FindFailure() => IsHopeless && state.Running == 0 ? $"the first {HopelessFailures} trials failed" : null;

    /// <summary>What to do next, and writes down that it is begun here.</summary>
    /// <param name="append">Adds an event to the journal.</param>
    /// <param name="step">Whether to wait or to end where there is nothing to do.</param>
    /// <returns>Null where there is nothing to do.</returns>
    public SearchJob? Take(Action<JournalEvent> append, out SchedulerStep step)
    {
        step = SchedulerStep.Start;
        // Whoever was at work on it is gone.
        if (state.Trials.FirstOrDefault(trial => trial.Claim is { } claim && !journal.IsAlive(claim.Worker)) is { } orphan)
            return Begin(append, new SearchJob(orphan.Number, orphan.Parameters, orphan.Rungs.Count));
        if (IsHopeless)
        {
            // Unless those that are running come to something.
            step = SchedulerStep.Wait;
            return null;
        }

        int number = state.Trials.Count;
        int? mayStart = plan.Options.Budget is { } budget ? Math.Max(0, budget - number) : null;
        SchedulerDecision decision = Next(mayStart);
        if (decision.Step == SchedulerStep.Start)
        {
            if (plan.Options.Sampler.Suggest(
                plan.Space, journal.Seed, number, [.. state.BestFirst().Select(trial => new FinishedTrial(trial.Number, trial.Parameters))]) is { } parameters)
            {
                return Begin(append, new SearchJob(number, parameters, 0));
            }

            decision = Next(0);
        }

        step = decision.Step;
        return step == SchedulerStep.Promote
            ? Begin(append, new SearchJob(decision.Trial, state.Trials[decision.Trial].Parameters, decision.Rung))
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
        if (last?.Claim is { } claim && journal.IsAlive(claim.Worker))
            return null;
        step = SchedulerStep.Done;
        return last is null ? null : Begin(append, new SearchJob(last.Number, last.Parameters, last.Rungs.Count));
    }

    /// <summary>Writes down what a job came to.</summary>
    public void Finish(Action<JournalEvent> append, SearchJob job, IReadOnlyList<double> figures, double seconds) =>
        append(new JournalEvent
        {
            Event = JournalEventKind.Finished,
            Trial = job.Trial,
            Rung = job.Rung,
            Values = new OrderedDictionary<string, double>(
                plan.Objective.Criteria.Zip(figures, (criterion, figure) => KeyValuePair.Create(criterion.Name, figure))),
            Seconds = seconds,
        });

    /// <summary>Writes down that a job came to nothing.</summary>
    public void Fail(Action<JournalEvent> append, SearchJob job, string error) =>
        append(new JournalEvent { Event = JournalEventKind.Failed, Trial = job.Trial, Rung = job.Rung, Error = error });

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
            Parameters = JsonSerializer.Deserialize<JsonElement>(TrialParametersJson.ToJson(job.Parameters)),
        });
        return job;
    }

    private SchedulerDecision Next(int? mayStart) => plan.Scheduler.Next(state.Trials, mayStart, plan.Objective.Compare);
}
