using Microsoft.ML;
using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>What schedulers ask costs no more the more trials there are.</summary>
[Trait("Spec", "C5")]
public sealed class TrialStandingsTests
{
    private static readonly SearchSpace Space = new() { ["X"] = Range.Linear(0, 1) };

    [Theory]
    [InlineData(typeof(FullTraining))]
    [InlineData(typeof(SuccessiveHalving))]
    [InlineData(typeof(AsynchronousHalving))]
    public void Four_times_the_trials_take_little_more_than_four_times_the_comparisons(Type kind)
    {
        var scheduler = (Scheduler)Activator.CreateInstance(kind)!;
        long few = CountComparisons(scheduler, 1_000), many = CountComparisons(scheduler, 4_000);
        // A binary search among four times as many takes two steps more of some ten.
        Assert.InRange(many, 0, 6 * few);
        Assert.InRange(many, 0, 4_000 * 150);
    }

    [Fact]
    public void A_trial_that_is_where_it_ends_is_looked_at_again_once_it_has_changed()
    {
        var scheduler = new SuccessiveHalving { MinimumEpochs = 1, MaximumEpochs = 2, ReductionFactor = 2 };
        var standings = new TrialStandings(Compare);
        foreach (double[] figures in (double[][])[[1, 1], [0], [5, 5], [4]])
            standings.Set(Record(standings.Trials.Count, figures));
        Assert.Equal(SchedulerDecision.Done, scheduler.Next(standings, 0));
        Assert.Equal(4, standings.Settled);
        standings.Set(Record(1, 2));
        Assert.Equal(SchedulerDecision.Promote(standings.Trials[1]), scheduler.Next(standings, 0));
    }

    private static long CountComparisons(Scheduler scheduler, int budget)
    {
        long count = 0;
        var random = new Random(1);
        var standings = new TrialStandings((left, right) =>
        {
            count++;
            return Compare(left, right);
        });
        while (scheduler.Next(standings, budget - standings.Trials.Count) is { Step: SchedulerStep.Start or SchedulerStep.Promote } decision)
        {
            TrialRecord trial = decision.Step == SchedulerStep.Start ? Record(standings.Trials.Count) : standings.Trials[decision.Trial];
            standings.Set(trial with { Claim = new TrialClaim(trial.Rungs.Count, 1) });
            standings.Set(trial with { Claim = null, Rungs = [.. trial.Rungs, new RungResult([random.NextDouble()], 1)] });
        }

        Assert.Equal(budget, standings.Trials.Count);
        return count;
    }

    private static TrialRecord Record(int number, params double[] figures) => new()
    {
        Number = number,
        Parameters = Space.At((_, _) => 0.5),
        Rungs = [.. figures.Select(figure => new RungResult([figure], 1))],
    };

    private static int Compare(IReadOnlyList<double> left, IReadOnlyList<double> right) => right[0].CompareTo(left[0]);
}
