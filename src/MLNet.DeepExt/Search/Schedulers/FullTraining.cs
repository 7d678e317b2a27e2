using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>Trains every trial to its end.</summary>
public sealed record FullTraining : Scheduler
{
    internal override IReadOnlyList<int?> Rungs => [null];

    internal override SchedulerDecision Next(TrialStandings standings, int? mayStart) =>
        mayStart != 0 ? SchedulerDecision.Start
        : standings.Running > 0 ? SchedulerDecision.Wait
        : SchedulerDecision.Done;

    internal override TrialRecord? Last(IReadOnlyList<TrialRecord> trials, Comparison<IReadOnlyList<double>> compare) => null;

    internal override double WorkOfAll(int trials) => trials;

    internal override OptionFault? FindFault() => null;

    internal override string Describe() => "full training";
}
