using System.Numerics;
using Microsoft.ML;
using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>The grid: every combination once, in the order that is documented, and then none.</summary>
[Trait("Spec", "C5")]
public sealed class GridSamplerTests
{
    [Fact]
    public void The_last_parameter_in_order_of_names_changes_with_every_trial()
    {
        var space = new SearchSpace { ["B"] = Range.Integer(1, 2), ["A"] = Range.Log(0.01, 1) };
        Assert.Equal(
            ["B=1, A=0.01", "B=2, A=0.01", "B=1, A=0.1", "B=2, A=0.1", "B=1, A=1", "B=2, A=1"],
            All(new GridSampler(), space).Select(parameters => parameters.ToString()));
    }

    [Fact]
    public void A_parameter_is_varied_only_where_it_is_of_effect()
    {
        var space = new SearchSpace
        {
            ["Kind"] = Range.Choice("plain", "momentum", "adam"),
            ["Momentum"] = Range.Linear(0.5, 1).When("Kind", "momentum"),
            ["Beta"] = Range.Linear(0, 1).When("Kind", "adam"),
            ["Exact"] = Range.Choice(true, false).When("Kind", "adam"),
            ["Rate"] = Range.Linear(0, 4),
        };
        Assert.Equal(
            [
                "Kind=plain, Rate=0", "Kind=plain, Rate=4",
                "Kind=momentum, Momentum=0.5, Rate=0", "Kind=momentum, Momentum=0.5, Rate=4",
                "Kind=momentum, Momentum=1, Rate=0", "Kind=momentum, Momentum=1, Rate=4",
                "Kind=adam, Beta=0, Exact=True, Rate=0", "Kind=adam, Beta=0, Exact=True, Rate=4",
                "Kind=adam, Beta=0, Exact=False, Rate=0", "Kind=adam, Beta=0, Exact=False, Rate=4",
                "Kind=adam, Beta=1, Exact=True, Rate=0", "Kind=adam, Beta=1, Exact=True, Rate=4",
                "Kind=adam, Beta=1, Exact=False, Rate=0", "Kind=adam, Beta=1, Exact=False, Rate=4",
            ],
            All(new GridSampler { PointsPerParameter = 2 }, space).Select(parameters => parameters.ToString()));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void The_grid_is_every_combination_that_there_is_once(int points)
    {
        var space = new SearchSpace
        {
            ["D"] = Range.Linear(0, 1).When("B", 1, 2),
            ["A"] = Range.Choice("x", "y", "z"),
            ["B"] = Range.Integer(1, 4).When("A", "y", "z"),
            ["C"] = Range.Choice(1, 2).When("A", "z"),
            ["E"] = Range.Integer(1, 100, log: true),
            ["F"] = Range.Choice(true, false).When("E", 1, 100),
        };

        // All values of all parameters, then without those that are of no effect.
        var expected = new HashSet<TrialParameters>();
        foreach (object[] values in Combinations([.. space.Names.Select(name => space[name].Grid(points))]))
            expected.Add(space.With((name, _) => values[space.Names.Index().First(item => item.Item == name).Index]));

        TrialParameters[] grid = [.. All(new GridSampler { PointsPerParameter = points }, space)];
        Assert.Equal(expected.Count, grid.Length);
        Assert.Equal(expected, grid.ToHashSet());
        Assert.Equal(grid.Length, new GridSampler { PointsPerParameter = points }.Count(space));
    }

    [Fact]
    public void After_the_last_combination_there_is_none()
    {
        var space = new SearchSpace { ["A"] = Range.Choice(1, 2, 3) };
        Assert.Equal(3, new GridSampler().Suggest(space, seed: 0, 2, [])!.Get<int>("A"));
        Assert.Null(new GridSampler().Suggest(space, seed: 0, 3, []));
        Assert.Null(new GridSampler().Suggest(space, seed: 0, int.MaxValue, []));
    }

    [Fact]
    public void A_grid_that_is_too_large_to_be_gone_through_gives_any_of_its_combinations()
    {
        var space = new SearchSpace();
        for (int place = 0; place < 40; place++)
            space[$"P{place:00}"] = Range.Linear(0, 999);
        var sampler = new GridSampler { PointsPerParameter = 1000 };
        Assert.Equal(BigInteger.Pow(1000, 40), sampler.Count(space));
        TrialParameters parameters = sampler.Suggest(space, seed: 0, 1_234_567_890, [])!;
        Assert.Equal(
            [0, 1, 234, 567, 890],
            new[] { "P00", "P36", "P37", "P38", "P39" }.Select(name => (int)Math.Round(parameters.Get<double>(name))));
    }

    [Fact]
    public void A_long_chain_of_parameters_is_counted_without_going_through_it()
    {
        // Each parameter is of effect with all 60 values of the one before, so that there are 60^40 combinations.
        const int Length = 40, Points = 60;
        object[] all = [.. Enumerable.Range(1, Points).Cast<object>()];
        var space = new SearchSpace();
        for (int place = 0; place < Length; place++)
        {
            SearchRange range = Range.Integer(1, Points);
            space[$"P{place:00}"] = place == 0 ? range : range.When($"P{place - 1:00}", all);
        }

        var sampler = new GridSampler { PointsPerParameter = Points };
        Assert.Equal(BigInteger.Pow(Points, Length), sampler.Count(space));
        TrialParameters parameters = sampler.Suggest(space, seed: 0, (3 * Points + 7) * Points + 11, [])!;
        Assert.Equal([1, 4, 8, 12], new[] { "P00", "P37", "P38", "P39" }.Select(parameters.Get<int>));
    }

    private static IEnumerable<TrialParameters> All(GridSampler sampler, SearchSpace space)
    {
        for (int number = 0; sampler.Suggest(space, seed: 0, number, []) is { } parameters; number++)
            yield return parameters;
    }

    private static IEnumerable<object[]> Combinations(IReadOnlyList<object>[] values) => values.Aggregate(
        (IEnumerable<object[]>)[[]],
        (combinations, next) => combinations.SelectMany(made => next.Select(value => (object[])[.. made, value])));
}
