using System.Collections;
using Microsoft.ML;
using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>The tree-structured Parzen estimator goes where good trials are, by each parameter's own trials.</summary>
[Trait("Spec", "C5")]
public sealed class TreeParzenSamplerTests
{
    private static readonly SearchSpace Space = new()
    {
        ["Kind"] = Range.Choice("a", "b"),
        ["OfB"] = Range.Linear(0, 1).When("Kind", "b"),
        ["Rate"] = Range.Linear(0, 1),
        ["Units"] = Range.Integer(1, 100),
    };

    [Fact]
    public void Until_enough_trials_have_ended_draws_are_random()
    {
        FinishedTrial[] finished = [.. Enumerable.Range(0, 10).Select(number => Trial(number, "a", 0.5))];
        var sampler = new TreeParzenSampler();
        TrialParameters random = new RandomSampler().Suggest(Space, seed: 1, 10, []);
        Assert.Equal(random, sampler.Suggest(Space, seed: 1, 10, finished[..9]));
        Assert.NotEqual(random, sampler.Suggest(Space, seed: 1, 10, finished));
    }

    [Fact]
    public void Draws_are_where_good_trials_are_and_others_are_not()
    {
        // The best five of fifty around 0.8, the others around 0.3.
        FinishedTrial[] finished = [.. Enumerable.Range(0, 50).Select(number =>
            number < 5 ? Trial(number, "b", 0.78 + 0.01 * number) : Trial(number, "a", 0.01 * number))];
        TrialParameters[] drawn = Draw(new TreeParzenSampler(), finished);
        Assert.True(drawn.Count(trial => Math.Abs(trial.Get<double>("Rate") - 0.8) < 0.2) > 180);
        Assert.True(drawn.Count(trial => Math.Abs(trial.Get<int>("Units") - 80) < 20) > 180);
        Assert.All(drawn, trial => Assert.Equal("b", trial.Get<string>("Kind")));
    }

    [Fact]
    public void A_conditional_parameter_is_estimated_from_the_trials_that_had_it()
    {
        // Three of the best four trials have it, around 0.9; half of the others have it, around 0.2.
        FinishedTrial[] finished = [.. Enumerable.Range(0, 40).Select(number =>
            number < 3 ? Trial(number, "b", 0.88 + 0.01 * number) : Trial(number, number % 2 == 0 ? "b" : "a", 0.2))];
        TrialParameters[] drawn = Draw(new TreeParzenSampler(), finished);
        Assert.All(drawn, trial => Assert.True(trial.Get<string>("Kind") == "b" && trial.Get<double>("OfB") > 0.6));

        // No trial has had it yet: it is drawn from the whole range.
        FinishedTrial[] without = [.. Enumerable.Range(0, 40).Select(number => Trial(number, "a", 0.2))];
        double[] first = [.. Draw(new TreeParzenSampler { Candidates = 1, PriorWeight = 50 }, without)
            .Where(trial => trial.Has("OfB")).Select(trial => trial.Get<double>("OfB"))];
        Assert.InRange(first.Length, 60, 120);
        Assert.InRange(first.Average(), 0.4, 0.6);
        Assert.InRange(first.Max() - first.Min(), 0.9, 1);
    }

    [Theory]
    [InlineData(0.07, 100, 7)]
    [InlineData(0.07, 101, 8)]
    [InlineData(0.1, 10, 1)]
    [InlineData(0.1, 30, 3)]
    [InlineData(0.29, 100, 25)]
    [InlineData(0.14, 50, 7)]
    [InlineData(1e-300, 50, 1)]
    [InlineData(0.5, 1, 1)]
    public void The_share_of_good_trials_is_rounded_up_and_no_more(double share, int trials, int expected) =>
        Assert.Equal(expected, new TreeParzenSampler { GoodShare = share }.GoodOf(trials));

    [Fact]
    public void Of_many_trials_that_were_not_good_500_are_looked_at_and_of_fewer_all()
    {
        FinishedTrial[] finished = [.. Enumerable.Range(0, 3_000).Select(number => Trial(number, number % 2 == 0 ? "b" : "a", number / 3_000.0))];
        Assert.Equal([.. Enumerable.Range(0, 25), .. Enumerable.Range(0, 500).Select(place => 25 + place * 2_975 / 500)], Seen(finished));
        Assert.Equal(Enumerable.Range(0, 525), Seen(finished[..525]));

        static IEnumerable<int> Seen(FinishedTrial[] finished)
        {
            var watched = new Watched(finished);
            new TreeParzenSampler().Suggest(Space, seed: 1, finished.Length, watched);
            return watched.Seen.Order();
        }
    }

    [Fact]
    public void More_candidates_follow_the_good_trials_more_closely()
    {
        FinishedTrial[] finished = [.. Enumerable.Range(0, 100).Select(number => Trial(number, "a", 0.005 + 0.01 * ((number + 80) % 100)))];
        double one = Draw(new TreeParzenSampler { Candidates = 1 }, finished).Average(trial => Math.Abs(trial.Get<double>("Rate") - 0.85));
        double many = Draw(new TreeParzenSampler { Candidates = 100 }, finished).Average(trial => Math.Abs(trial.Get<double>("Rate") - 0.85));
        Assert.True(many < one / 1.5, FormattableString.Invariant($"{many} and {one}"));
    }

    private static TrialParameters[] Draw(TreeParzenSampler sampler, FinishedTrial[] bestFirst) =>
        [.. Enumerable.Range(bestFirst.Length, 200).Select(number => sampler.Suggest(Space, seed: 4, number, bestFirst))];

    private static FinishedTrial Trial(int number, string kind, double unit) =>
        new(number, Space.With((name, range) => name == "Kind" ? kind : range.FromUnit(unit)));

    private sealed class Watched(IReadOnlyList<FinishedTrial> all) : IReadOnlyList<FinishedTrial>
    {
        public HashSet<int> Seen { get; } = [];

        public int Count => all.Count;

        public FinishedTrial this[int index]
        {
            get
            {
                Seen.Add(index);
                return all[index];
            }
        }

        public IEnumerator<FinishedTrial> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
