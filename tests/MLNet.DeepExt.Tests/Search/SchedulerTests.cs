using Microsoft.ML;
using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.Search;

[Trait("Spec", "C5")]
public sealed class SchedulerTests
{
    private static readonly SearchSpace Space = new() { ["X"] = Range.Linear(0, 1) };

    [Theory]
    [InlineData(2, 60, 3, "2 6 18 60")]
    [InlineData(1, 27, 3, "1 3 9 27")]
    [InlineData(1, 28, 3, "1 3 9 28")]
    [InlineData(1, 60, 3, "1 3 9 27 60")]
    [InlineData(5, 6, 2, "6")]
    [InlineData(4, 6, 2, "4 6")]
    [InlineData(1, 1_000_000_000, 1000, "1 1000 1000000 1000000000")]
    public void The_rungs_multiply_and_end_with_the_most_epochs(int minimum, int maximum, int factor, string expected)
    {
        var scheduler = new SuccessiveHalving { MinimumEpochs = minimum, MaximumEpochs = maximum, ReductionFactor = factor };
        Assert.Null(scheduler.FindFault()?.Text);
        Assert.Equal(expected, string.Join(' ', scheduler.Rungs));
    }

    [Fact]
    public void Values_out_of_their_range_are_faults()
    {
        Assert.Equal(
            "MinimumEpochs must be at least 1 but is 0; use 1 to compare as early as can be.",
            new SuccessiveHalving { MinimumEpochs = 0 }.FindFault()?.Text);
        Assert.Equal(
            "MaximumEpochs must be above MinimumEpochs, 2, but is 2; use new FullTraining() to train every trial to its end.",
            new AsynchronousHalving { MaximumEpochs = 2 }.FindFault()?.Text);
        Assert.Equal(
            "ReductionFactor must be from 2 to 1000 but is 1; 3 is usual.", new AsynchronousHalving { ReductionFactor = 1 }.FindFault()?.Text);
        Assert.Equal(
            "ReductionFactor must be from 2 to 1000 but is 1001; 3 is usual.", new SuccessiveHalving { ReductionFactor = 1_001 }.FindFault()?.Text);
        Assert.Equal(
            "MaximumEpochs must be at most 1000000000 but is 2147483647; 60 is the default.",
            new SuccessiveHalving { MaximumEpochs = int.MaxValue }.FindFault()?.Text);
    }

    [Fact]
    public void Full_training_starts_what_it_may_waits_and_ends()
    {
        var scheduler = new FullTraining();
        Assert.Equal(SchedulerDecision.Start, Next(scheduler, "", 1));
        Assert.Equal(SchedulerDecision.Start, Next(scheduler, "running", null));
        Assert.Equal(SchedulerDecision.Wait, Next(scheduler, "0.5; running", 0));
        Assert.Equal(SchedulerDecision.Done, Next(scheduler, "0.5; failed", 0));
    }

    /// <summary>Rungs of 1, 2 and 4 epochs; brackets of four. Figures of rungs by comma, trials by semicolon; more is better.</summary>
    [Theory]
    [InlineData("", 4, "start")]
    [InlineData("0.1; running", 2, "start")]
    [InlineData("0.1; 0.4; 0.3; running", 4, "wait")]
    [InlineData("0.1; 0.4; 0.3; 0.2", 4, "promote 1 to 1")]
    [InlineData("0.1; 0.4 running; 0.3; 0.2", 4, "promote 2 to 1")]
    [InlineData("0.1; 0.4 running; 0.3 running; 0.2", 4, "wait")]
    [InlineData("0.1; 0.4, 0.5; 0.3 running; 0.2", 4, "wait")]
    [InlineData("0.1; 0.4, 0.5; 0.3, 0.6; 0.2", 4, "promote 2 to 2")]
    [InlineData("0.1; 0.4, 0.5; 0.3, 0.6 running; 0.2", 4, "wait")]
    [InlineData("0.1; 0.4, 0.5; 0.3, 0.6, 0.7; 0.2", 4, "start")]
    [InlineData("0.1; 0.4, 0.5; 0.3, 0.6, 0.7; 0.2", 0, "done")]
    [InlineData("0.1; 0.4, 0.5; 0.3, 0.6, 0.7; 0.2; 0.9", 0, "promote 4 to 1")]
    [InlineData("0.1; 0.4, 0.5; 0.3, 0.6, 0.7; 0.2; 0.9, 0.9, 0.9", 0, "done")]
    [InlineData("0.1; 0.4 failed; 0.3; 0.2", 4, "promote 2 to 1")]
    [InlineData("0.1; 0.4 failed; 0.3, 0.2; 0.2", 4, "promote 2 to 2")]
    [InlineData("failed; failed; failed; failed", 0, "done")]
    [InlineData("0.4; 0.4; 0.4; 0.4", 0, "promote 0 to 1")]
    [InlineData("0.9 whole; 0.8 whole; 0.1; 0.2", 4, "promote 3 to 1")]
    [InlineData("0.9 whole; 0.8 whole; 0.1; 0.2, 0.2", 4, "promote 3 to 2")]
    [InlineData("0.9 whole; 0.8 whole; 0.1; 0.2, 0.2, 0.2", 0, "done")]
    [InlineData("0.9 whole; 0.8 whole; 0.1 whole; 0.2 whole", 4, "start")]
    [InlineData("0.9 whole; 0.8 whole; 0.1 whole; 0.2 whole", 0, "done")]
    public void Successive_halving_waits_for_a_rung_and_takes_the_best_half_of_it_on(string trials, int mayStart, string expected) =>
        Assert.Equal(
            expected,
            Text(Next(new SuccessiveHalving { MinimumEpochs = 1, MaximumEpochs = 4, ReductionFactor = 2 }, trials, mayStart)));

    [Theory]
    [InlineData("", 4, "start")]
    [InlineData("0.1; running", 4, "start")]
    [InlineData("0.1; 0.4; running", 4, "promote 1 to 1")]
    [InlineData("0.1; 0.4 running; running", 4, "start")]
    [InlineData("0.1; 0.4, 0.2; 0.3", 4, "start")]
    [InlineData("0.1; 0.4, 0.2; 0.3; 0.2", 4, "promote 2 to 1")]
    [InlineData("0.1; 0.4, 0.2; 0.5; 0.2", 4, "promote 2 to 1")]
    [InlineData("0.1; 0.4, 0.2; 0.5, 0.3; 0.2", 4, "promote 2 to 2")]
    [InlineData("0.1; 0.4, 0.2; 0.5, 0.3, 0.3; 0.2", 4, "start")]
    [InlineData("0.1; 0.4, 0.2; 0.5, 0.3, 0.3; 0.2", 0, "done")]
    [InlineData("0.1; 0.4, 0.2; 0.5, 0.3, 0.3 running; 0.2", 0, "wait")]
    [InlineData("0.1; 0.4, 0.2 failed; 0.3", 0, "promote 2 to 1")]
    [InlineData("0.3; running", 0, "wait")]
    [InlineData("0.3; failed", 0, "promote 0 to 1")]
    [InlineData("0.1; 0.4, 0.2; 0.3", 0, "promote 1 to 2")]
    [InlineData("failed; failed", 0, "done")]
    [InlineData("0.9 whole; 0.1; running", 4, "start")]
    [InlineData("0.9 whole; 0.1; 0.2", 4, "promote 2 to 1")]
    [InlineData("0.9 whole; 0.1", 0, "promote 1 to 1")]
    [InlineData("0.9 whole; 0.8 whole", 0, "done")]
    public void Asynchronous_halving_takes_on_whoever_is_among_the_best_so_far_and_waits_for_nobody(string trials, int mayStart, string expected) =>
        Assert.Equal(
            expected,
            Text(Next(new AsynchronousHalving { MinimumEpochs = 1, MaximumEpochs = 4, ReductionFactor = 2 }, trials, mayStart)));

    [Theory]
    [InlineData(typeof(SuccessiveHalving))]
    [InlineData(typeof(AsynchronousHalving))]
    public void Whatever_trials_come_to_no_more_than_their_share_goes_on_and_the_best_reaches_the_end(Type kind)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var scheduler = (HalvingScheduler)Activator.CreateInstance(kind)! with
            {
                MinimumEpochs = 1,
                MaximumEpochs = random.Next(2, 40),
                ReductionFactor = random.Next(2, 5),
            };
            int budget = random.Next(1, 60), workers = random.Next(1, 5);
            IReadOnlyList<TrialRecord> trials = Play(scheduler, budget, workers, random);
            string where = $"seed {seed}: {scheduler}, {budget} trials";
            Assert.True(trials.Count == budget, where);
            Assert.True(trials.Any(trial => trial.Rungs.Count == scheduler.Rungs.Count), where);
            for (int rung = 0; scheduler is SuccessiveHalving && rung + 1 < scheduler.Rungs.Count; rung++)
                AssertShare(scheduler, [.. trials.Where(trial => trial.Rungs.Count > rung)], rung);
        }
    }

    [Theory]
    [InlineData(typeof(SuccessiveHalving))]
    [InlineData(typeof(AsynchronousHalving))]
    public void The_work_of_all_is_that_of_the_brackets(Type kind)
    {
        var scheduler = (HalvingScheduler)Activator.CreateInstance(kind)! with { MinimumEpochs = 1, MaximumEpochs = 4, ReductionFactor = 2 };
        // Of four: four epochs, two times one more, two more; of one: four; of two: two and three more.
        Assert.Equal([0, 4, 5, 6, 8, 12, 13, 14, 16], Enumerable.Range(0, 9).Select(scheduler.WorkOfAll));
        Assert.Equal(8.0 * (int.MaxValue / 4) + 6, scheduler.WorkOfAll(int.MaxValue));
    }

    /// <summary>Rungs of 1, 2 and 4 epochs.</summary>
    [Theory]
    [InlineData("", null)]
    [InlineData("running; failed", null)]
    [InlineData("0.1; 0.4; running", 1)]
    [InlineData("0.1; 0.4 running; running", 1)]
    [InlineData("0.1; 0.4; 0.2, 0.1", 2)]
    [InlineData("0.1; 0.4; 0.2, 0.1 failed", 1)]
    [InlineData("0.1; 0.4; 0.2, 0.1, 0.1", null)]
    [InlineData("0.1; 0.4; 0.2, 0.1, 0.1; 0.9, 0.9", null)]
    [InlineData("0.1; 0.4; 0.9 whole", 1)]
    [InlineData("0.9 whole", null)]
    public void The_last_to_go_on_is_the_foremost_unless_one_is_at_its_end(string trials, int? expected)
    {
        foreach (HalvingScheduler scheduler in new HalvingScheduler[] { new SuccessiveHalving(), new AsynchronousHalving() })
            Assert.Equal(expected, Last(scheduler with { MinimumEpochs = 1, MaximumEpochs = 4, ReductionFactor = 2 }, trials));
        Assert.Null(Last(new FullTraining(), trials));
    }

    private static void AssertShare(HalvingScheduler scheduler, TrialRecord[] at, int rung)
    {
        foreach (TrialRecord[] bracket in at.GroupBy(trial => trial.Number / scheduler.BracketSize).Select(group => group.ToArray()))
        {
            TrialRecord[] expected = [.. bracket.OrderByDescending(trial => trial.Rungs[rung].Figures[0]).ThenBy(trial => trial.Number)
                .Take(Math.Max(1, bracket.Length / scheduler.ReductionFactor))];
            Assert.Equal(
                expected.Select(trial => trial.Number).Order(),
                bracket.Where(trial => trial.Rungs.Count > rung + 1).Select(trial => trial.Number).Order());
        }
    }

    // Once nothing else is left to do, the foremost goes on alone.
    private static void AssertAmongTheBest(AsynchronousHalving scheduler, IReadOnlyList<TrialRecord> trials, SchedulerDecision decision, bool isLast)
    {
        int rung = decision.Rung - 1;
        double figure = trials[decision.Trial].Rungs[rung].Figures[0];
        TrialRecord[] at = [.. trials.Where(trial => trial.Rungs.Count > rung)];
        int better = at.Count(trial => trial.Rungs[rung].Figures[0] > figure
            || (trial.Rungs[rung].Figures[0] == figure && trial.Number < decision.Trial));
        Assert.True(
            better < at.Length / scheduler.ReductionFactor
                || (isLast && better == 0 && trials.All(trial => trial.Rungs.Count < scheduler.Rungs.Count)),
            $"{decision}: {better} of {at.Length} are better");
    }

    /// <summary>Several workers, of which a random one ends next.</summary>
    private static IReadOnlyList<TrialRecord> Play(Scheduler scheduler, int budget, int workers, Random random)
    {
        var standings = new TrialStandings(Compare);
        IReadOnlyList<TrialRecord> trials = standings.Trials;
        for (int guard = 0; guard < 10_000; guard++)
        {
            SchedulerDecision decision = scheduler.Next(standings, budget - trials.Count);
            // Standings that went with the trials say what those say that were made of them now.
            Assert.Equal(scheduler.Next(Standings(trials), budget - trials.Count), decision);
            TrialRecord[] running = [.. trials.Where(trial => trial.Claim is not null)];
            if (decision.Step == SchedulerStep.Done)
            {
                Assert.Empty(running);
                return trials;
            }

            if (decision.Step == SchedulerStep.Start && running.Length < workers)
            {
                standings.Set(Record(trials.Count) with { Claim = new TrialClaim(0, 1) });
            }
            else if (decision.Step == SchedulerStep.Promote && running.Length < workers)
            {
                Assert.Equal(trials[decision.Trial].Rungs.Count, decision.Rung);
                if (scheduler is AsynchronousHalving halving)
                    AssertAmongTheBest(halving, trials, decision, isLast: trials.Count == budget && running.Length == 0);
                standings.Set(trials[decision.Trial] with { Claim = new TrialClaim(decision.Rung, 1) });
            }
            else
            {
                TrialRecord ended = running[random.Next(running.Length)];
                standings.Set(ended with { Claim = null, Rungs = [.. ended.Rungs, new RungResult([random.Next(8)], 1)] });
            }
        }

        throw new InvalidOperationException($"It does not end: {scheduler}");
    }

    private static SchedulerDecision Next(Scheduler scheduler, string trials, int? mayStart) => scheduler.Next(
        Standings(trials.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)), mayStart);

    private static TrialStandings Standings(IEnumerable<TrialRecord> trials)
    {
        var standings = new TrialStandings(Compare);
        foreach (TrialRecord trial in trials)
            standings.Set(trial);
        return standings;
    }

    private static int? Last(Scheduler scheduler, string trials) => scheduler.Last(
        [.. trials.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)], Compare)?.Number;

    private static TrialRecord Parse(string text, int number)
    {
        bool isRunning = text.EndsWith("running", StringComparison.Ordinal), hasFailed = text.EndsWith("failed", StringComparison.Ordinal);
        bool ignoresEpochs = text.EndsWith("whole", StringComparison.Ordinal);
        string figures = text.Replace("running", "", StringComparison.Ordinal).Replace("failed", "", StringComparison.Ordinal)
            .Replace("whole", "", StringComparison.Ordinal);
        RungResult[] rungs = [.. figures.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(figure => new RungResult([double.Parse(figure, System.Globalization.CultureInfo.InvariantCulture)], 1))];
        return Record(number) with
        {
            Rungs = rungs,
            IgnoresEpochs = ignoresEpochs,
            Claim = isRunning ? new TrialClaim(rungs.Length, 1) : null,
            Error = hasFailed ? "broken" : null,
        };
    }

    private static TrialRecord Record(int number) => new() { Number = number, Parameters = Space.At((_, _) => 0.5) };

    private static string Text(SchedulerDecision decision) => decision.Step == SchedulerStep.Promote
        ? $"promote {decision.Trial} to {decision.Rung}"
        : decision.Step.ToString().ToLowerInvariant();

    private static int Compare(IReadOnlyList<double> left, IReadOnlyList<double> right) => right[0].CompareTo(left[0]);
}
