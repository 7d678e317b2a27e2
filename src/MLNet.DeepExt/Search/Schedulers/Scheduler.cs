using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>
/// How far trials are trained before it is decided which go on: <see cref="FullTraining"/>, <see cref="SuccessiveHalving"/> or
/// <see cref="AsynchronousHalving"/>. A function of what trials have come to so far, so that a search that was interrupted goes on as
/// it would have.
/// </summary>
public abstract record Scheduler
{
    private protected Scheduler()
    {
    }

    /// <summary>The epochs after which trials are compared, ascending; the last ends a trial. A null trains to the end.</summary>
    internal abstract IReadOnlyList<int?> Rungs { get; }

    /// <summary>What is to be done next, where no trial waits for somebody to take over from one who is gone.</summary>
    /// <param name="standings">All trials.</param>
    /// <param name="mayStart">How many more may start; null for any number.</param>
    internal abstract SchedulerDecision Next(TrialStandings standings, int? mayStart);

    /// <summary>Which trial goes on where nothing new may begin, or is being taken on: the best, if none is at its end; null if none does.</summary>
    /// <param name="trials">All trials.</param>
    /// <param name="compare">Compares figures: negative where the left ones are better.</param>
    internal abstract TrialRecord? Last(IReadOnlyList<TrialRecord> trials, Comparison<IReadOnlyList<double>> compare);

    /// <summary>The work of a search, in the unit of <see cref="WorkOf"/>.</summary>
    internal abstract double WorkOfAll(int trials);

    /// <summary>The first thing that is wrong, with its remedy; null if nothing is.</summary>
    internal abstract OptionFault? FindFault();

    /// <summary>A text that is the same for the same scheduler alone.</summary>
    internal abstract string Describe();

    /// <summary>Whether a trial with these figures is at its end.</summary>
    internal bool IsOver(TrialRecord trial) => trial.IgnoresEpochs || trial.Rungs.Count == Rungs.Count;

    /// <summary>Whether a trial at a rung may go on to the next, as far as is known by now.</summary>
    /// <param name="rung">The rung.</param>
    /// <param name="ahead">How many of those at the rung are better.</param>
    /// <param name="count">How many there are at the rung, itself included.</param>
    internal virtual bool MayGoOn(int rung, int ahead, int count) => false;

    /// <summary>The work of a trial from the rung before to this one: epochs, or 1 for all of it.</summary>
    internal double WorkOf(int rung) => (Rungs[rung] ?? 1) - (rung == 0 ? 0 : Rungs[rung - 1] ?? 0);
}
