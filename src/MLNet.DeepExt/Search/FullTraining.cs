using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>Trains every trial to its end.</summary>
public sealed record FullTraining : Scheduler
{
    internal override IReadOnlyList<int?> Rungs => [null];

    internal override SchedulerDecision Next(
        IReadOnlyList<TrialRecord> trials, int? mayStart, Comparison<IReadOnlyList<double>> compare) =>
        mayStart != 0 ? SchedulerDecision.Start
        : trials.Any(trial => trial.Claim is not null) ? SchedulerDecision.Wait
        : SchedulerDecision.Done;

    internal override TrialRecord? Last(IReadOnlyList<TrialRecord> trials, Comparison<IReadOnlyList<double>> compare) => null;

    internal override double WorkOfAll(int trials) => trials;

    internal override OptionFault? FindFault() => null;

    internal override string Describe() => "full training";
}
