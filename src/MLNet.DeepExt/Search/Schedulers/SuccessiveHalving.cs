namespace MLNet.DeepExt.Search;

/// <summary>
/// All trials of a rung end before the best one of <see cref="HalvingScheduler.ReductionFactor"/>, at least one, go on to the next
/// (Jamieson and Talwalkar 2016). Trials start in brackets of as many as have one come to the last rung, 27 by default, one bracket
/// after the other; the last may have fewer. With several trials at once, some wait for the others of a rung:
/// <see cref="AsynchronousHalving"/> does not.
/// </summary>
public sealed record SuccessiveHalving : HalvingScheduler
{
    private protected override string DisplayName => "successive halving";

    internal override SchedulerDecision Next(TrialStandings standings, int? mayStart)
    {
        int size = BracketSize;
        IReadOnlyList<TrialRecord> trials = standings.Trials;
        for (int first = standings.Settled; first < trials.Count; first += size)
        {
            int count = Math.Min(size, trials.Count - first);
            if (count < size && mayStart != 0)
                return SchedulerDecision.Start;
            if (NextOf([.. Enumerable.Range(first, count).Select(number => trials[number])], standings.Compare) is { } decision)
                return decision;
            if (count == size)
                standings.Settled = first + size;
        }

        return mayStart != 0 ? SchedulerDecision.Start : SchedulerDecision.Done;
    }

    /// <summary>Null where all of the bracket are where they end.</summary>
    private SchedulerDecision? NextOf(TrialRecord[] bracket, Comparison<IReadOnlyList<double>> compare)
    {
        int rungs = Rungs.Count;
        for (int rung = 0; rung < rungs; rung++)
        {
            if (bracket.Any(trial => trial.Claim?.Rung == rung))
                return SchedulerDecision.Wait;
            IReadOnlyList<TrialRecord> ranked = Rank(bracket, rung, compare);
            if (rung + 1 < rungs && ranked.Count > 0 && Waiting(ranked.Take(GoingOn(ranked.Count)), rung) is { } trial)
                return SchedulerDecision.Promote(trial);
        }

        return null;
    }
}
