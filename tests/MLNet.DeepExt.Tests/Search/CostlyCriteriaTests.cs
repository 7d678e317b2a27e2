using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>What takes long to measure is measured last, and only where it matters.</summary>
[Trait("Spec", "C5")]
public sealed class CostlyCriteriaTests : IDisposable
{
    private static readonly AsynchronousHalving Asynchronous = new() { MinimumEpochs = 2, MaximumEpochs = 8, ReductionFactor = 2 };

    private static readonly double[] Values = [3, 1, 4, 1.5, 5, 2, 0, 6, 5.5];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_costly_criterion_is_measured_only_of_trials_that_could_win()
    {
        List<double> measured = [];
        SearchResult result = SearchProbes.Run(context => Search(context, Costly(measured.Add), atMost: 10), new SearchOptions { Trials = 9 });
        Assert.Equal([3, 4, 5, 6], measured);
        Assert.Equal(7, result.Best!.Number);
        Assert.Equal([7, 8, 4, 2, 0, 5, 3, 1, 6], result.Trials.Select(trial => trial.Number));
        Assert.Equal([7, 4, 2, 0], result.Trials.Where(trial => trial.Figures.ContainsKey("cost")).Select(trial => trial.Number));
        Assert.All(result.Trials, trial => Assert.Empty(trial.Violations));
    }

    [Fact]
    public void A_trial_that_violates_another_constraint_is_not_measured_once_one_meets_all()
    {
        List<double> measured = [];
        Criterion small = Criterion.Of("small", higherIsBetter: false, (model, _) => ((PlainModel)model).Value);
        SearchResult result = SearchProbes.Run(
            context => Search(context, Costly(measured.Add), atMost: 10).SubjectTo(small, atMost: 4), new SearchOptions { Trials = 9 });
        Assert.Equal([3, 4], measured);
        Assert.Equal(2, result.Best!.Number);
    }

    [Fact]
    public void The_next_best_is_measured_where_the_better_ones_cost_too_much()
    {
        List<double> measured = [];
        SearchResult result = SearchProbes.Run(context => Search(context, Costly(measured.Add), atMost: 4), new SearchOptions { Trials = 9 });
        Assert.Equal([3, 4, 5, 6, 5.5], measured);
        Assert.Equal(2, result.Best!.Number);
        Assert.Equal(["cost is 6 but at most 4 is allowed"], result.Trials.Single(trial => trial.Number == 7).Violations);
    }

    [Fact]
    public void A_costly_criterion_that_is_optimized_is_measured_of_what_meets_the_constraints()
    {
        List<double> measured = [];
        Criterion value = Criterion.Of("value", higherIsBetter: true, (model, _) => ((PlainModel)model).Value);
        SearchResult result = SearchProbes.Run(
            context => context.ModelSelection.Search(Space, trial => new PlainEstimator(_ => Values[trial.Number]))
                .Minimize(Costly(measured.Add)).SubjectTo(value, atLeast: 2),
            new SearchOptions { Trials = 9 });
        Assert.Equal([3, 4, 5, 2, 6, 5.5], measured);
        Assert.Equal(5, result.Best!.Number);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_winner_is_the_one_that_is_found_when_everything_is_measured(double bound)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            int calls = 0;
            SearchResult Run(bool isCostly) => SearchProbes.Run(
                context => context.ModelSelection
                    .Search(Space, trial => new PlainEstimator(_ => trial.Get<double>("X")))
                    .Maximize(Criterion.Of("value", higherIsBetter: true, (model, _) => Math.Sin(40 * ((PlainModel)model).Value)))
                    .SubjectTo(
                        Criterion.Of(
                            "cost",
                            higherIsBetter: false,
                            (model, _) =>
                            {
                                calls++;
                                return ((PlainModel)model).Value;
                            },
                            isCostly),
                        atMost: bound),
                new SearchOptions { Trials = 30, Seed = seed });
            SearchTrial expected = Run(isCostly: false).Nearest;
            Assert.Equal(30, calls);
            calls = 0;
            SearchTrial found = Run(isCostly: true).Nearest;
            Assert.InRange(calls, 1, 29);
            Assert.Equal(expected.Number, found.Number);
            Assert.Equal(expected.Figures, found.Figures);
        }
    }

    [Fact]
    public void Trials_that_are_given_up_early_are_measured_only_where_they_could_win_at_their_time()
    {
        List<double> measured = [];
        SearchOptions Options() => new() { Trials = 16, Scheduler = Asynchronous };
        SearchResult result = SearchProbes.Run(context => OfEpochs(context, Costly(measured.Add), atMost: 1000), Options());
        SearchResult all = SearchProbes.Run(context => OfEpochs(context, Costly(_ => { }, isCostly: false), atMost: 1000), Options());
        Assert.Equal(8, result.Best!.Epochs);
        Assert.Equal(all.Best!.Number, result.Best.Number);
        Assert.Equal(all.Trials.Select(trial => (trial.Number, trial.Epochs)), result.Trials.Select(trial => (trial.Number, trial.Epochs)));
        int rungs = all.Trials.Sum(trial => trial.Epochs switch { 2 => 1, 4 => 2, _ => 3 });
        Assert.InRange(measured.Count, 1, rungs / 2);
    }

    [Fact]
    public void Where_a_costly_constraint_rules_out_trials_at_a_rung_the_same_ones_go_on_as_when_everything_is_measured()
    {
        SearchOptions Options() => new() { Trials = 16, Scheduler = Asynchronous };
        List<double> measured = [];
        // At the second rung the best one costs too much, and at the last all do.
        SearchResult result = SearchProbes.Run(context => OfEpochs(context, Costly(measured.Add), atMost: 30), Options());
        SearchResult all = SearchProbes.Run(context => OfEpochs(context, Costly(_ => { }, isCostly: false), atMost: 30), Options());
        Assert.Equal(4, all.Best!.Epochs);
        Assert.Equal(all.Best.Figures, result.Best!.Figures);
        Assert.Equal(
            all.Trials.Select(trial => (trial.Number, trial.Epochs)).Order(), result.Trials.Select(trial => (trial.Number, trial.Epochs)).Order());
        Assert.True(measured.Count < all.Trials.Sum(trial => trial.Epochs switch { 2 => 1, 4 => 2, _ => 3 }));
    }

    [Fact]
    public void Trials_among_the_best_at_a_rung_may_go_on()
    {
        Scheduler halving = Asynchronous;
        Assert.True(halving.MayGoOn(rung: 0, ahead: 0, count: 1));
        Assert.False(halving.MayGoOn(rung: 0, ahead: 1, count: 2));
        Assert.True(halving.MayGoOn(rung: 1, ahead: 1, count: 3));
        Assert.False(halving.MayGoOn(rung: 2, ahead: 0, count: 1));
        Assert.False(new FullTraining().MayGoOn(rung: 0, ahead: 0, count: 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_wins_in_the_end_is_measured_in_the_end(bool withFolder)
    {
        // Only what has come to the last rung costs too much, and by then most trials behind it were not measured.
        ModelSearch Search(MLContext context, Criterion cost) => context.ModelSelection
            .Search(Space, trial => new PlainEstimator(_ => 10 * trial.Epochs!.Value + trial.Number % 4)).Maximize(NumberSearch.Value)
            .SubjectTo(cost, atMost: 79);
        SearchOptions Options(string name) => new()
        {
            Trials = 8,
            Scheduler = ProbeSearch.Halving,
            Folder = withFolder ? _directory.PathOf(name) : null,
        };
        SearchResult all = SearchProbes.Run(context => Search(context, Costly(_ => { }, isCostly: false)), Options("all"));
        Assert.Equal(4, all.Best!.Epochs);
        SearchResult result = SearchProbes.Run(context => Search(context, Costly(_ => { })), Options("costly"));
        Assert.Equal((all.Best.Number, 4), (result.Best!.Number, result.Best.Epochs));
        Assert.Equal(all.Best.Figures, result.Best.Figures);
        Assert.Equal(result.Best.Figures["value"], ((PlainModel)result.Model).Value);
        if (withFolder)
        {
            Assert.Single(SearchProbes.Of(_directory.PathOf("costly"), "measured"));
            SearchResult again = SearchProbes.Run(context => Search(context, Costly(_ => throw new InvalidOperationException())), Options("costly"));
            Assert.Equal(SearchProbes.Exactly(result), SearchProbes.Exactly(again));
        }
    }

    [Fact]
    public void What_decides_whether_a_trial_that_ignores_epochs_wins_is_measured_in_the_end()
    {
        List<double> measured = [];
        // Trial 0 ignores epochs. Trial 2 is the best at the first rung, and at the last one worse than trial 0: only if it counts is trial 0 better
        // than the best of the others.
        SearchResult Run(bool isCostly) => SearchProbes.Run(
            context => NumberSearch.Of(context, trial => trial.Number switch
            {
                0 => 7,
                1 => trial.Epochs == 2 ? 9 : 0,
                _ => trial.Epochs == 2 ? 10 : 5,
            }).SubjectTo(
                Criterion.Of(
                    "cost",
                    higherIsBetter: false,
                    (model, _) =>
                    {
                        measured.Add(((PlainModel)model).Value);
                        return measured[^1] == 5 ? 100 : 1;
                    },
                    isCostly),
                atMost: 10),
            new SearchOptions { Trials = 3, Scheduler = Asynchronous with { MaximumEpochs = 4 } });
        SearchTrial all = Run(isCostly: false).Best!;
        Assert.Equal((1, 9.0), (all.Number, all.Figures["value"]));
        measured.Clear();
        SearchTrial best = Run(isCostly: true).Best!;
        Assert.Equal((all.Number, all.Figures["value"], all.Figures["cost"]), (best.Number, best.Figures["value"], best.Figures["cost"]));
        Assert.Equal([7, 9, 10, 5], measured);
    }

    [Fact]
    public void What_cannot_be_measured_in_the_end_fails_and_the_next_wins()
    {
        int failures = 0;
        SearchResult result = SearchProbes.Run(
            context => context.ModelSelection
                .Search(Space, trial => new PlainEstimator(_ => 10 * trial.Epochs!.Value + trial.Number % 4)).Maximize(NumberSearch.Value)
                .SubjectTo(
                    Costly(value =>
                    {
                        if (value == 42 && failures++ == 0)
                            throw new InvalidOperationException("It broke.");
                    }),
                    atMost: 79),
            new SearchOptions { Trials = 8, Scheduler = ProbeSearch.Halving });
        Assert.Equal(6, result.Best!.Number);
        Assert.Equal(42, result.Best.Figures["cost"]);
        SearchTrial failed = result.Trials.Single(trial => trial.Number == 2);
        Assert.Equal((TrialState.Failed, "InvalidOperationException: It broke."), (failed.State, failed.Error));
    }

    [Fact]
    public void A_search_with_a_costly_criterion_goes_on_as_if_it_had_not_been_interrupted()
    {
        string whole = _directory.PathOf("whole");
        string[] expected = SearchProbes.Exactly(SearchProbes.Run(context => Search(context, Costly(_ => { }), atMost: 4), Options(whole)));
        for (int trials = 1; trials < 9; trials++)
        {
            string folder = _directory.PathOf($"{trials}");
            using var cancellation = new CancellationTokenSource();
            SearchOptions options = Options(folder);
            options.CancellationToken = cancellation.Token;
            int number = trials;
            SearchProbes.Run(
                context => Search(
                    context,
                    Costly(_ => { }),
                    atMost: 4,
                    fit: fitted =>
                    {
                        if (fitted == number)
                            cancellation.Cancel();
                    }),
                options);
            Assert.Equal(
                expected, SearchProbes.Exactly(SearchProbes.Run(context => Search(context, Costly(_ => { }), atMost: 4), Options(folder))));
            Assert.Equal(SearchProbes.Events(whole), SearchProbes.Events(folder));
        }

        static SearchOptions Options(string folder) => new() { Trials = 9, Folder = folder };
    }

    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    public void Trials_that_run_at_once_have_the_same_winner(double bound)
    {
        SearchResult expected = SearchProbes.Run(context => Search(context, Costly(_ => { }), bound), new SearchOptions { Trials = 9 });
        SearchResult result = SearchProbes.Run(
            context => Search(context, Costly(_ => { }), bound), new SearchOptions { Trials = 9, ParallelTrials = 3 });
        Assert.Equal(expected.Best!.Number, result.Best!.Number);
        Assert.Equal(expected.Best.Figures, result.Best.Figures);
    }

    [Fact]
    public async Task Two_searches_of_one_folder_agree_on_the_winner_and_on_what_was_measured()
    {
        SearchOptions Options() => new() { Trials = 9, Folder = _directory.PathOf("shared") };
        Task<SearchResult>[] tasks =
        [
            .. Enumerable.Range(0, 2).Select(_ => Task.Run(
                () => SearchProbes.Run(context => Search(context, Costly(_ => { }), atMost: 4), Options()))),
        ];
        await Task.WhenAll(tasks);
        SearchResult after = SearchProbes.Run(context => Search(context, Costly(_ => throw new InvalidOperationException()), atMost: 4), Options());
        Assert.Equal(2, after.Best!.Number);
        Assert.Equal(4, after.Best.Figures["cost"]);
    }

    [Fact]
    public void The_table_says_what_was_not_measured()
    {
        SearchResult result = SearchProbes.Run(
            context => Search(context, Costly(_ => { }), atMost: 10), new SearchOptions { Trials = 3, TimeProvider = new StandingClock() });
        string[] lines = result.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("trial  state     value  cost  seconds", lines[1][..37]);
        Assert.Equal("    2  finished      4     4      0.0", lines[2][..37]);
        Assert.Equal("    0  finished      3     3      0.0", lines[3][..37]);
        Assert.Equal("    1  finished      1     -      0.0", lines[4][..37]);
        Assert.Equal("- is not measured: the trial could not win.", lines[5]);
        Assert.Equal(6, lines.Length);
    }

    private static SearchSpace Space => new() { ["X"] = Range.Linear(0, 1) };

    private static Criterion Costly(Action<double> observe, bool isCostly = true) => Criterion.Of(
        "cost",
        higherIsBetter: false,
        (model, _) =>
        {
            double value = ((PlainModel)model).Value;
            observe(value);
            return value;
        },
        isCostly);

    private static ModelSearch Search(MLContext context, Criterion cost, double atMost, Action<int>? fit = null) =>
        NumberSearch.Of(context, trial =>
        {
            fit?.Invoke(trial.Number);
            return Values[trial.Number];
        }).SubjectTo(cost, atMost: atMost);

    // The same order of trials at every rung.
    private static ModelSearch OfEpochs(MLContext context, Criterion cost, double atMost) =>
        NumberSearch.Of(context, trial => (trial.Number * 7 % 16) + trial.Epochs!.Value * 4).SubjectTo(cost, atMost: atMost);
}
