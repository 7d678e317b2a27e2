namespace MLNet.DeepExt.Search;

/// <summary>
/// A trial goes on as soon as it is among the best one of <see cref="HalvingScheduler.ReductionFactor"/> of those that have come to
/// its rung so far; where there is none, a new one starts: no trial waits for another (ASHA; Li et al. 2020). Once no more may start, and
/// none has come to the last rung, the best goes on alone until it is there.
/// </summary>
public sealed record AsynchronousHalving : HalvingScheduler
{
    private protected override string DisplayName => "asynchronous halving";

    internal override SchedulerDecision Next(TrialStandings standings, int? mayStart)
    {
        int rungs = Rungs.Count;
        for (int rung = rungs - 2; rung >= 0; rung--)
        {
            if (standings.BestWaiting(rung, standings.CountAt(rung) / ReductionFactor) is { } trial)
                return SchedulerDecision.Promote(trial);
        }

        if (mayStart != 0)
            return SchedulerDecision.Start;
        if (standings.Running > 0)
            return SchedulerDecision.Wait;
        return Last(standings.Trials, standings.Compare) is { } foremost ? SchedulerDecision.Promote(foremost) : SchedulerDecision.Done;
    }
}
