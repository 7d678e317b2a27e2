namespace MLNet.DeepExt.Search;

/// <summary>What a <see cref="Scheduler"/> has decided.</summary>
/// <param name="Step">What is to be done.</param>
/// <param name="Trial">Which trial goes on; of <see cref="SchedulerStep.Promote"/> alone.</param>
/// <param name="Rung">To which rung, counted from 0.</param>
internal readonly record struct SchedulerDecision(SchedulerStep Step, int Trial = -1, int Rung = 0)
{
    public static SchedulerDecision Start { get; } = new(SchedulerStep.Start);

    public static SchedulerDecision Wait { get; } = new(SchedulerStep.Wait);

    public static SchedulerDecision Done { get; } = new(SchedulerStep.Done);

    public static SchedulerDecision Promote(TrialRecord trial) => new(SchedulerStep.Promote, trial.Number, trial.Rungs.Count);
}
