using Microsoft.ML;
using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Random search: uniform on every scale, and each parameter by itself.</summary>
[Trait("Spec", "C5")]
public sealed class RandomSamplerTests
{
    private const int Draws = 4000;

    private static readonly SearchSpace Space = new()
    {
        ["Linear"] = Range.Linear(-3, 5),
        ["Log"] = Range.Log(1e-4, 1),
        ["Beta"] = Range.OneMinusLog(0.9, 0.9999),
        ["Integer"] = Range.Integer(1, 7),
        ["Choice"] = Range.Choice("a", "b", "c"),
    };

    [Fact]
    public void Every_part_of_a_scale_has_its_share_of_the_draws()
    {
        TrialParameters[] draws = Draw(Space, seed: 5);
        AssertShare(0.5, draws.Count(draw => draw.Get<double>("Linear") < 1));
        AssertShare(0.25, draws.Count(draw => draw.Get<double>("Log") < 1e-3));
        AssertShare(0.25, draws.Count(draw => draw.Get<double>("Log") > 1e-1));
        AssertShare(1 / 3.0, draws.Count(draw => draw.Get<double>("Beta") < 0.99));
        AssertShare(1 / 3.0, draws.Count(draw => draw.Get<double>("Beta") > 0.999));
        for (int number = 1; number <= 7; number++)
            AssertShare(1 / 7.0, draws.Count(draw => draw.Get<int>("Integer") == number));
        foreach (string value in new[] { "a", "b", "c" })
            AssertShare(1 / 3.0, draws.Count(draw => draw.Get<string>("Choice") == value));
    }

    [Fact]
    public void Parameters_are_drawn_independently()
    {
        var space = new SearchSpace { ["A"] = Range.Linear(-1, 1), ["B"] = Range.Linear(-1, 1) };
        TrialParameters[] draws = Draw(space, seed: 5);
        double correlation = draws.Average(draw => draw.Get<double>("A") * draw.Get<double>("B")) * 3;
        Assert.InRange(correlation, -4 / Math.Sqrt(Draws), 4 / Math.Sqrt(Draws));
    }

    [Fact]
    public void Another_parameter_leaves_the_draws_of_the_others_as_they_are()
    {
        SearchSpace more = Space.Copy();
        more["Added"] = Range.Linear(0, 1);
        Assert.All(Draw(Space, seed: 5).Zip(Draw(more, seed: 5)), pair =>
            Assert.All(pair.First.Names, name => Assert.Equal(pair.First[name], pair.Second[name])));
    }

    [Fact]
    public void What_the_other_trials_gave_does_not_matter()
    {
        FinishedTrial[] finished = [new FinishedTrial(0, Space.At((_, _) => 0.5))];
        Assert.Equal(new RandomSampler().Suggest(Space, seed: 1, 1, []), new RandomSampler().Suggest(Space, seed: 1, 1, finished));
    }

    private static TrialParameters[] Draw(SearchSpace space, int seed) =>
        [.. Enumerable.Range(0, Draws).Select(number => new RandomSampler().Suggest(space, seed, number, []))];

    // Four standard deviations of a share of so many draws.
    private static void AssertShare(double share, int count) =>
        Assert.Equal(share, count / (double)Draws, 4 * Math.Sqrt(share * (1 - share) / Draws));
}
