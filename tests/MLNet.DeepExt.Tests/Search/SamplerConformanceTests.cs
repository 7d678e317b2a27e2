using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>What every sampler keeps to, whatever it learns from: a new kind is one row in <see cref="All"/>.</summary>
[Trait("Spec", "C5")]
public sealed class SamplerConformanceTests
{
    private static readonly Dictionary<string, Sampler> All = new()
    {
        [nameof(RandomSampler)] = new RandomSampler(),
        [nameof(GridSampler)] = new GridSampler { PointsPerParameter = 4 },
        [nameof(CoarseToFineSampler)] = new CoarseToFineSampler(),
        [nameof(TreeParzenSampler)] = new TreeParzenSampler(),
    };

    private static readonly SearchSpace Space = new()
    {
        ["Layers"] = Range.Integer(1, 3),
        ["UnitsOf2"] = Range.Integer(16, 1024, log: true).When("Layers", 2, 3),
        ["UnitsOf3"] = Range.Integer(16, 64).When("Layers", 3),
        ["Optimizer"] = Range.Choice("adam", "momentum", "plain"),
        ["Beta"] = Range.OneMinusLog(0.9, 0.9999).When("Optimizer", "adam"),
        ["Nesterov"] = Range.Choice(true, false).When("Optimizer", "momentum"),
        ["Damping"] = Range.Linear(-0.5, 0.5).When("Nesterov", false),
        ["LearningRate"] = Range.Log(1e-5, 1),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string, int> NamesAndFinished
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (string name in All.Keys)
            {
                foreach (int finished in new[] { 0, 1, 2, 9, 10, 100 })
                    rows.Add(name, finished);
            }

            return rows;
        }
    }

    [Fact]
    public void Every_kind_has_a_row() => Assert.Equal(
        typeof(Sampler).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Sampler))).Select(type => type.Name).Order(),
        All.Keys.Order());

    [Theory]
    [MemberData(nameof(NamesAndFinished))]
    public void Suggestions_are_within_bounds_and_have_what_is_of_effect_and_nothing_else(string name, int finished)
    {
        IReadOnlyList<FinishedTrial> trials = Finished(finished);
        for (int number = finished; number < finished + 60; number++)
            AssertFits(All[name].Suggest(Space, seed: 3, number, trials)!);
    }

    [Theory]
    [MemberData(nameof(NamesAndFinished))]
    public void The_same_arguments_give_the_same_and_another_number_gives_another(string name, int finished)
    {
        IReadOnlyList<FinishedTrial> trials = Finished(finished);
        TrialParameters[] first = [.. Enumerable.Range(finished, 20).Select(number => All[name].Suggest(Space, seed: 3, number, trials)!)];
        TrialParameters[] again = [.. Enumerable.Range(finished, 20).Reverse()
            .Select(number => All[name].Suggest(Space.Copy(), seed: 3, number, [.. trials])!).Reverse()];
        Assert.Equal(first, again);
        Assert.Equal(first.Length, first.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(NamesAndFinished))]
    public void Another_seed_gives_another_where_there_is_chance(string name, int finished)
    {
        IReadOnlyList<FinishedTrial> trials = Finished(finished);
        bool isSame = All[name].Suggest(Space, seed: 3, finished, trials)!.Equals(All[name].Suggest(Space, seed: -4, finished, trials));
        Assert.Equal(name == nameof(GridSampler), isSame);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Trials_that_still_run_may_be_missing_anywhere(string name)
    {
        FinishedTrial[] trials = [.. Finished(60).Where(trial => trial.Number % 3 != 0 && trial.Number is < 20 or > 40)];
        // The same trials of the same rounds by other numbers: which ones are missing says nothing.
        FinishedTrial[] renumbered =
            [.. trials.Select(trial => trial with { Number = trial.Number / 10 * 10 + (trial.Number * 7 + 3) % 10 })];
        bool doesLearn = name is nameof(CoarseToFineSampler) or nameof(TreeParzenSampler);
        foreach (int number in new[] { 60, 63, 64, 250 })
        {
            TrialParameters suggested = All[name].Suggest(Space, seed: 3, number, trials)!;
            AssertFits(suggested);
            Assert.Equal(suggested, All[name].Suggest(Space, seed: 3, number, renumbered));
            Assert.Equal(doesLearn, !suggested.Equals(All[name].Suggest(Space, seed: 3, number, [])));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_prints_its_kind_and_its_settings_in_every_culture(string name)
    {
        string expected = name switch
        {
            nameof(GridSampler) => "GridSampler { PointsPerParameter = 4 }",
            nameof(CoarseToFineSampler) => "CoarseToFineSampler { TrialsPerRound = 10, ZoomFactor = 2.5, Rounds = 3 }",
            nameof(TreeParzenSampler) =>
                "TreeParzenSampler { StartupTrials = 10, Candidates = 24, GoodShare = 0.1, PriorWeight = 1 }",
            _ => $"{name} {{ }}",
        };
        Sampler sampler = All[name] is CoarseToFineSampler coarse ? coarse with { ZoomFactor = 2.5 } : All[name];
        using var scope = new CultureScope("de-DE");
        Assert.Equal(expected, $"{sampler}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_of_the_parameters_does_not_matter(string name)
    {
        var reversed = new SearchSpace();
        foreach (string parameter in Space.Names.Reverse())
            reversed[parameter] = Space[parameter];
        IReadOnlyList<FinishedTrial> trials = Finished(30);
        for (int number = 30; number < 40; number++)
            Assert.Equal(All[name].Suggest(Space, seed: 3, number, trials), All[name].Suggest(reversed, seed: 3, number, trials));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_culture_has_the_same_suggestions_and_they_survive_as_json(string name)
    {
        IReadOnlyList<FinishedTrial> trials = Finished(30);
        TrialParameters expected = All[name].Suggest(Space, seed: 3, 31, trials)!;
        foreach (string culture in new[] { "tr-TR", "de-DE" })
        {
            using var scope = new CultureScope(culture);
            Assert.Equal(expected, All[name].Suggest(Space, seed: 3, 31, trials));
            Assert.Equal(expected, TrialParametersJson.FromJson(TrialParametersJson.ToJson(expected), Space));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Defaults_have_no_fault_and_kinds_are_equal_by_value(string name)
    {
        var made = (Sampler)Activator.CreateInstance(All[name].GetType())!;
        Assert.Null(made.FindFault(Space)?.Text);
        Assert.Equal(made, (Sampler)Activator.CreateInstance(All[name].GetType())!);
    }

    [Fact]
    public void Settings_out_of_their_range_are_faults()
    {
        AssertFault("PointsPerParameter of GridSampler must be from 2 to 10000 but is 1; 3 is usual.", new GridSampler { PointsPerParameter = 1 });
        AssertFault(
            "PointsPerParameter of GridSampler must be from 2 to 10000 but is 10001; 3 is usual.", new GridSampler { PointsPerParameter = 10_001 });
        AssertFault(
            "TrialsPerRound of CoarseToFineSampler must be from 1 to 1000000 but is 0; 10 is usual.", new CoarseToFineSampler { TrialsPerRound = 0 });
        AssertFault(
            "ZoomFactor of CoarseToFineSampler must be above 1 and finite but is 1; 3 is usual.", new CoarseToFineSampler { ZoomFactor = 1 });
        AssertFault(
            "ZoomFactor of CoarseToFineSampler must be above 1 and finite but is NaN; 3 is usual.",
            new CoarseToFineSampler { ZoomFactor = double.NaN });
        AssertFault("Rounds of CoarseToFineSampler must be from 1 to 100 but is 0; 3 is usual.", new CoarseToFineSampler { Rounds = 0 });
        AssertFault("Rounds of CoarseToFineSampler must be from 1 to 100 but is 101; 3 is usual.", new CoarseToFineSampler { Rounds = 101 });
        AssertFault(
            "TrialsPerRound of CoarseToFineSampler must be from 1 to 1000000 but is 1000001; 10 is usual.",
            new CoarseToFineSampler { TrialsPerRound = 1_000_001 });
        AssertFault(
            "StartupTrials of TreeParzenSampler must be from 1 to 1000000 but is 1000001; 10 is usual.",
            new TreeParzenSampler { StartupTrials = 1_000_001 });
        AssertFault(
            "Candidates of TreeParzenSampler must be from 1 to 10000 but is 10001; 24 is usual.", new TreeParzenSampler { Candidates = 10_001 });
        AssertFault(
            "StartupTrials of TreeParzenSampler must be from 1 to 1000000 but is 0; 10 is usual.", new TreeParzenSampler { StartupTrials = 0 });
        AssertFault("Candidates of TreeParzenSampler must be from 1 to 10000 but is 0; 24 is usual.", new TreeParzenSampler { Candidates = 0 });
        AssertFault("GoodShare of TreeParzenSampler must be in (0, 1) but is 1; 0.1 is usual.", new TreeParzenSampler { GoodShare = 1 });
        AssertFault("GoodShare of TreeParzenSampler must be in (0, 1) but is 0; 0.1 is usual.", new TreeParzenSampler { GoodShare = 0 });
        AssertFault(
            "PriorWeight of TreeParzenSampler must be above 0 and finite but is 0; 1 is usual.", new TreeParzenSampler { PriorWeight = 0 });
    }

    private static void AssertFits(TrialParameters parameters)
    {
        Assert.All(parameters.Names, parameter => Assert.True(Space[parameter].Contains(parameters[parameter])));
        int layers = parameters.Get<int>("Layers");
        string optimizer = parameters.Get<string>("Optimizer");
        Assert.Equal(layers >= 2, parameters.Has("UnitsOf2"));
        Assert.Equal(layers == 3, parameters.Has("UnitsOf3"));
        Assert.Equal(optimizer == "adam", parameters.Has("Beta"));
        Assert.Equal(optimizer == "momentum", parameters.Has("Nesterov"));
        Assert.Equal(optimizer == "momentum" && !parameters.Get<bool>("Nesterov"), parameters.Has("Damping"));
        Assert.True(parameters.Has("LearningRate"));
    }

    private static void AssertFault(string text, Sampler sampler) => Assert.Equal(text, sampler.FindFault(Space)?.Text);

    // Trials of chance, the best one first by a rule that has nothing to do with their number.
    private static IReadOnlyList<FinishedTrial> Finished(int count) =>
        [.. Enumerable.Range(0, count)
            .Select(number => new FinishedTrial(number, new RandomSampler().Suggest(Space, seed: 8, number, [])))
            .OrderBy(trial => Math.Abs(Math.Log10(trial.Parameters.Get<double>("LearningRate")) + 2))];
}
