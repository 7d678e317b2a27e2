using Microsoft.ML;
using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Zooming: the region of each round, at the bounds too, and what choices and conditional parameters do.</summary>
[Trait("Spec", "C5")]
public sealed class CoarseToFineSamplerTests
{
    private const int Draws = 2000;

    private static readonly SearchSpace Line = new() { ["X"] = Range.Log(1e-3, 1e3), ["Y"] = Range.Linear(0, 1) };

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0.5 - 1 / 6.0, 0.5 + 1 / 6.0)]
    [InlineData(2, 0.5 - 1 / 18.0, 0.5 + 1 / 18.0)]
    [InlineData(3, 0.5 - 1 / 54.0, 0.5 + 1 / 54.0)]
    [InlineData(7, 0.5 - 1 / 54.0, 0.5 + 1 / 54.0)]
    public void The_region_shrinks_in_each_round_to_the_last_one(int round, double first, double last)
    {
        foreach (string name in Line.Names)
            AssertFills(first, last, Units(Line, name, round, [At(0, 0.5), At(1, 0.1)]));
    }

    [Theory]
    [InlineData(0.0, 0, 1 / 3.0)]
    [InlineData(0.1, 0, 1 / 3.0)]
    [InlineData(0.9, 2 / 3.0, 1)]
    [InlineData(1.0, 2 / 3.0, 1)]
    public void At_a_bound_the_region_is_moved_inside_and_keeps_its_size(double best, double first, double last) =>
        AssertFills(first, last, Units(Line, "Y", round: 1, [At(0, best)]));

    [Fact]
    public void Only_trials_of_earlier_rounds_are_learned_from()
    {
        AssertFills(0, 1, Units(Line, "Y", round: 1, []));
        AssertFills(0, 1, Units(Line, "Y", round: 0, [At(0, 0.5)]));
        AssertFills(0.5 - 1 / 6.0, 0.5 + 1 / 6.0, Units(Line, "Y", round: 1, [At(Draws, 0.9), At(5 * Draws, 0.1), At(Draws - 1, 0.5)]));
    }

    [Fact]
    public void An_integer_is_drawn_around_the_best_one()
    {
        var space = new SearchSpace { ["N"] = Range.Integer(1, 9) };
        FinishedTrial[] best = [new FinishedTrial(0, space.With((_, _) => 5))];
        Assert.Equal([4, 5, 6], Suggest(space, round: 1, best).Select(trial => trial.Get<int>("N")).Distinct().Order());
        // The region of the last rounds is narrower than the cell of the best value: its neighbours stay possible, each equally often.
        int[] drawn = [.. Suggest(space, round: 7, best).Select(trial => trial.Get<int>("N"))];
        Assert.Equal([4, 5, 6], drawn.Distinct().Order());
        Assert.All([4, 5, 6], number => Assert.Equal(1 / 3.0, drawn.Count(other => other == number) / (double)Draws, 0.045));
    }

    [Theory]
    [InlineData(1, 9, false, 1, 1, 2)]
    [InlineData(1, 9, false, 9, 8, 9)]
    [InlineData(1, 2, false, 1, 1, 2)]
    [InlineData(1, 64, true, 2, 1, 3)]
    [InlineData(1, 1000, false, 500, 481, 519)]
    public void In_every_round_the_best_integer_and_its_neighbours_stay_possible(int low, int high, bool log, int best, int least, int most)
    {
        var space = new SearchSpace { ["N"] = Range.Integer(low, high, log) };
        int[] drawn = [.. Suggest(space, round: 5, [new FinishedTrial(0, space.With((_, _) => best))]).Select(trial => trial.Get<int>("N"))];
        Assert.Equal((least, most), (drawn.Min(), drawn.Max()));
    }

    [Fact]
    public void Searching_on_finds_an_integer_that_the_first_round_missed()
    {
        // A valley with its least value at 9; the first round has not been beyond 5.
        var space = new SearchSpace { ["N"] = Range.Integer(1, 9) };
        int best = 5;
        for (int round = 1; round < 20; round++)
        {
            FinishedTrial[] finished = [new FinishedTrial(0, space.With((_, _) => best))];
            best = Suggest(space, round, finished).Max(trial => trial.Get<int>("N"));
        }

        Assert.Equal(9, best);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_choice_keeps_the_best_value_more_often_in_each_round(int round)
    {
        var space = new SearchSpace { ["Kind"] = Range.Choice("a", "b", "c", "d") };
        FinishedTrial[] best = [new FinishedTrial(0, space.With((_, _) => "c"))];
        string[] drawn = [.. Suggest(space, round, best).Select(trial => trial.Get<string>("Kind"))];
        double side = Math.Pow(3, -round);
        foreach ((string value, double share) in new[] { ("c", 1 - side + side / 4), ("a", side / 4), ("b", side / 4), ("d", side / 4) })
        {
            Assert.Equal(share, drawn.Count(kind => kind == value) / (double)Draws, 4 * Math.Sqrt(share * (1 - share) / Draws));
        }
    }

    [Fact]
    public void A_parameter_that_the_best_trial_does_not_have_goes_by_the_best_one_that_has_it()
    {
        var space = new SearchSpace
        {
            ["Kind"] = Range.Choice("a", "b", "c"),
            ["OfB"] = Range.Linear(0, 1).When("Kind", "b"),
            ["OfC"] = Range.Linear(0, 1).When("Kind", "c"),
        };
        FinishedTrial[] best = [Trial(0, "a", 0), Trial(1, "b", 0.5), Trial(2, "b", 0.1)];
        TrialParameters[] drawn = Suggest(space, round: 1, best);
        AssertFills(0.5 - 1 / 6.0, 0.5 + 1 / 6.0, [.. drawn.Where(trial => trial.Has("OfB")).Select(trial => trial.Get<double>("OfB"))]);
        AssertFills(0, 1, [.. drawn.Where(trial => trial.Has("OfC")).Select(trial => trial.Get<double>("OfC"))]);

        FinishedTrial Trial(int number, string kind, double value) => new(number, space.With((name, _) => name == "Kind" ? kind : value));
    }

    private static FinishedTrial At(int number, double unit) => new(number, Line.At((_, _) => unit));

    private static double[] Units(SearchSpace space, string name, int round, FinishedTrial[] bestFirst) =>
        [.. Suggest(space, round, bestFirst).Select(trial => space[name].ToUnit(trial[name]))];

    private static TrialParameters[] Suggest(SearchSpace space, int round, FinishedTrial[] bestFirst)
    {
        var sampler = new CoarseToFineSampler { TrialsPerRound = Draws };
        return [.. Enumerable.Range(round * Draws, Draws).Select(number => sampler.Suggest(space, seed: 2, number, bestFirst))];
    }

    // Nothing outside, something near both ends, and as much in the left half as in the right.
    private static void AssertFills(double first, double last, double[] units)
    {
        double length = last - first;
        Assert.All(units, unit => Assert.InRange(unit, first - 1e-9, last + 1e-9));
        Assert.InRange(units.Min(), first, first + 0.05 * length);
        Assert.InRange(units.Max(), last - 0.05 * length, last);
        Assert.Equal(first + length / 2, units.Average(), 4 * length / Math.Sqrt(12.0 * units.Length));
    }
}
