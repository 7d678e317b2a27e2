using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>What goes wrong in a search takes nothing away that was found.</summary>
[Trait("Spec", "C5")]
public sealed class SearchFaultTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Folder => _directory.PathOf("search");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_trial_that_fails_after_a_rung_keeps_the_figures_that_it_had()
    {
        SearchResult result = Halve(trial => trial is { Number: 3, Epochs: 4 }, Folder);
        SearchTrial failed = result.Trials.Single(trial => trial.Number == 3);
        Assert.Equal((TrialState.Failed, 2, 5.0), (failed.State, failed.Epochs!.Value, failed.Figures["value"]));
        Assert.Equal("InvalidOperationException: Broken.", failed.Error);
        Assert.Equal((2, 10.0), (result.Best!.Number, result.Best.Figures["value"]));
        Assert.Contains(": trial 2 wins; 1 of those that went on failed on the way", result.ToString(200), StringComparison.Ordinal);
        Assert.Contains("  failed later: InvalidOperationException: Broken.", result.ToString(200), StringComparison.Ordinal);
        Assert.Equal(SearchProbes.Exactly(result), SearchProbes.Exactly(Halve(_ => false, Folder)));
    }

    [Fact]
    public void Where_all_that_went_on_failed_the_best_of_all_wins_as_it_was_before()
    {
        SearchResult result = Halve(trial => trial.Epochs > 2, null);
        Assert.Equal((3, TrialState.Failed, 2), (result.Best!.Number, result.Best.State, result.Best.Epochs!.Value));
        Assert.Equal(5, ((PlainModel)result.Model).Value);
        Assert.Equal([3, 2, 1, 0], result.Trials.Select(trial => trial.Number));
    }

    [Fact]
    public void A_trial_that_failed_after_a_rung_is_not_the_one_that_goes_on_alone()
    {
        SearchResult result = SearchProbes.Run(
            context => NumberSearch.Of(
                context, trial => trial is { Number: 2, Epochs: 8 } ? throw new InvalidOperationException() : trial.Number + trial.Epochs!.Value),
            new SearchOptions { Trials = 3, Scheduler = new AsynchronousHalving { MinimumEpochs = 2, MaximumEpochs = 8, ReductionFactor = 3 } });
        Assert.Equal((1, 8), (result.Best!.Number, result.Best.Epochs!.Value));
    }

    [Fact]
    public void Failures_in_the_beginning_wait_for_those_that_are_running()
    {
        using var failed = new ManualResetEventSlim();
        using var fourth = new ManualResetEventSlim();
        SearchResult result = SearchProbes.Run(
            context => NumberSearch.Of(context, trial => Broken(trial, failed, fourth) ? throw new InvalidOperationException() : trial.Number),
            new SearchOptions { Trials = 9, ParallelTrials = 4, Progress = new Teller(value => Tell(value, failed)) });
        Assert.Equal(8, result.Best!.Number);
        Assert.Equal(3, result.Trials.Count(trial => trial.State == TrialState.Failed));
    }

    [Fact]
    public void Nothing_new_begins_while_those_that_are_running_decide()
    {
        using var failed = new ManualResetEventSlim();
        using var fourth = new ManualResetEventSlim();
        int begun = 0;
        Assert.StartsWith(
            "The search has nothing to go by: the first 3 trials failed, trial 0 with \"InvalidOperationException: ",
            Assert.Throws<InvalidOperationException>(() => SearchProbes.Run(
                context => NumberSearch.Of(context, double (trial) =>
                {
                    Interlocked.Increment(ref begun);
                    Broken(trial, failed, fourth);
                    throw new InvalidOperationException();
                }),
                new SearchOptions { Trials = 50, ParallelTrials = 4, Progress = new Teller(value => Tell(value, failed)) })).Message,
            StringComparison.Ordinal);
        Assert.InRange(begun, 4, 6);
    }

    [Fact]
    public void Progress_that_throws_is_logged_once()
    {
        (SearchResult result, LogRecorder log) = Run(
            trial => trial.Number,
            new SearchOptions { Trials = 5, Progress = new Teller(_ => throw new InvalidOperationException("Deaf.")) }, "Search; Progress");
        Assert.Equal(5, result.Trials.Count);
        Assert.StartsWith(
            "Progress threw, and the search goes on: System.InvalidOperationException: Deaf.",
            Assert.Single(log.Of(ChannelMessageKind.Warning)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_happened_to_a_row_is_the_error_of_the_trial_and_not_what_ML_NET_says_of_its_threads()
    {
        var context = new MLContext(seed: 1);
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        SearchResult result = NumberSearch.Of(context, trial => new PlainEstimator(_ => trial.Number == 1
                ? throw new InvalidOperationException(
                    "Splitter/consolidator worker encountered exception while consuming source data", new FormatException("Row 7 is broken."))
                : trial.Number))
            .Run(train, dev, new SearchOptions { Trials = 3, Folder = Folder, Seed = 3 });
        Assert.Equal("FormatException: Row 7 is broken.", result.Trials.Single(trial => trial.State == TrialState.Failed).Error);
        string journal = File.ReadAllText(Path.Combine(Folder, "journal.jsonl"));
        Assert.Contains("\"error\":\"FormatException: Row 7 is broken.\"", journal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_of_a_trial_whose_rows_throw_behind_a_transform_is_that_of_the_rows()
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(ProbeRow.Generate(200, 1));
        IDataView broken = context.Transforms
            .CustomMapping<ProbeRow, Doubled>((_, _) => throw new NotSupportedException("No answer."), contractName: null)
            .Append(context.Transforms.NormalizeInputs("Features")).Fit(rows).Transform(rows);
        SearchResult result = NumberSearch.Of(context, trial => trial.Number == 1
                ? trial.Context.Transforms.NormalizeMinMax("Twice").Append(new PlainEstimator(_ => 1))
                : new PlainEstimator(_ => trial.Number))
            .Run(broken, rows, new SearchOptions { Trials = 3, Seed = 3, Cache = false });
        Assert.Equal("NotSupportedException: No answer.", result.Trials.Single(trial => trial.State == TrialState.Failed).Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_happened_to_a_row_is_the_error_of_a_winner_that_is_fitted_once_more(bool isReport)
    {
        var options = new SearchOptions { Trials = 3, Folder = Folder };
        SearchProbes.Run(context => NumberSearch.Of(context, trial => trial.Number), options);
        SearchResult result = SearchProbes.Run(
            context => NumberSearch.Of(context, double (_) => throw new InvalidOperationException(
                "Splitter/consolidator worker encountered exception while consuming source data", new FormatException("Row 7 is broken."))),
            options);
        IDataView test = ProbeSearch.Rows(new MLContext(seed: 1)).Dev;
        Assert.Equal(
            "Row 7 is broken.",
            Assert.Throws<FormatException>(() => isReport ? (object)result.ReportOnTest(test) : result.Model).Message);
    }

    [Fact]
    public void Trials_that_ignore_epochs_are_trained_in_full_and_it_is_said_once()
    {
        (SearchResult result, LogRecorder log) = Run(
            trial => trial.Number % 2 == 1 ? 5 + trial.Number : trial.Number + trial.Epochs!.Value,
            new SearchOptions { Trials = 6, Scheduler = ProbeSearch.Halving, Folder = Folder },
            "Search; Scheduler");
        Assert.All(
            result.Trials.Where(trial => trial.Number % 2 == 1),
            trial => Assert.Equal((TrialState.Finished, (int?)null), (trial.State, trial.Epochs)));
        // Of each bracket, 0 to 3 and 4 to 5, the best of the even ones goes on, whatever the odd ones have.
        Assert.Equal([(0, 2), (2, 8), (4, 8)], result.Trials.Where(trial => trial.Number % 2 == 0).OrderBy(trial => trial.Number)
            .Select(trial => (trial.Number, trial.Epochs!.Value)));
        Assert.Equal((4, 12.0), (result.Best!.Number, result.Best.Figures["value"]));
        Assert.Equal([4, 2, 5, 3, 1, 0], result.Trials.Select(trial => trial.Number));
        Assert.Equal(
            "SuccessiveHalving compares trials after a part of their epochs, but the pipeline of trial 1 ignores epochs: it has no neural network "
            + "of this library and did not read Trial.Epochs. Such trials are trained in full at once and are compared in the end with those of the "
            + "highest rung. To have them compared on the way, give Trial.Epochs to their trainer, as NumberOfIterations, say.",
            Assert.Single(log.Of(ChannelMessageKind.Warning)));
        Assert.Equal(6, SearchProbes.Of(Folder, "finished").Count(entry => entry.Rung == 0));
        (SearchResult resumed, LogRecorder silent) = Run(
            _ => throw new InvalidOperationException("Not again."),
            new SearchOptions { Trials = 6, Scheduler = ProbeSearch.Halving, Folder = Folder },
            "Search; Scheduler");
        Assert.Equal(SearchProbes.Exactly(result), SearchProbes.Exactly(resumed));
        Assert.Empty(silent.Of(ChannelMessageKind.Warning));
    }

    [Theory]
    [InlineData(typeof(SuccessiveHalving))]
    [InlineData(typeof(AsynchronousHalving))]
    public void A_trial_that_ignores_epochs_wins_only_against_a_trial_that_was_trained_to_its_end(Type kind)
    {
        foreach ((double whole, int winner) in new[] { (5.0, 1), (20.0, 0) })
        {
            var scheduler = (HalvingScheduler)Activator.CreateInstance(kind)! with { MinimumEpochs = 2, MaximumEpochs = 8, ReductionFactor = 2 };
            SearchResult result = SearchProbes.Run(
                context => NumberSearch.Of(context, trial => trial.Number == 0 ? whole : trial.Epochs!.Value),
                new SearchOptions { Trials = 2, Scheduler = scheduler });
            Assert.Equal(8, result.Trials.Single(trial => trial.Number == 1).Epochs);
            Assert.Equal(winner, result.Best!.Number);
        }
    }

    [Fact]
    public void All_of_an_exception_is_in_the_log()
    {
        (_, LogRecorder log) = Run(
            trial => trial.Number == 1 ? throw new InvalidOperationException("Outside.", new ArgumentException("Inside.")) : 1,
            new SearchOptions { Trials = 2 },
            "Search; Trial 1");
        string text = Assert.Single(log.Of(ChannelMessageKind.Warning));
        Assert.StartsWith("The trial failed: System.InvalidOperationException: Outside.", text, StringComparison.Ordinal);
        Assert.Contains("System.ArgumentException: Inside.", text, StringComparison.Ordinal);
        Assert.Contains(nameof(All_of_an_exception_is_in_the_log), text, StringComparison.Ordinal);
    }

    // The third fails when the fourth has begun; and of trials from there on none ends before the first three have.
    private static bool Broken(Trial trial, ManualResetEventSlim failed, ManualResetEventSlim fourth)
    {
        if (trial.Number >= 3)
        {
            fourth.Set();
            Assert.True(failed.Wait(TimeSpan.FromMinutes(1)));
        }

        if (trial.Number == 2)
            Assert.True(fourth.Wait(TimeSpan.FromMinutes(1)));
        return trial.Number < 3;
    }

    private static void Tell(SearchProgress progress, ManualResetEventSlim failed)
    {
        if (progress is { IsEnd: true, Ended: 3 })
            failed.Set();
    }

    private static SearchResult Halve(Predicate<Trial> isBroken, string? folder) => SearchProbes.Run(
        context => NumberSearch.Of(
            context, trial => isBroken(trial) ? throw new InvalidOperationException("Broken.") : trial.Number + trial.Epochs!.Value),
        new SearchOptions { Trials = 4, Scheduler = ProbeSearch.Halving, Folder = folder });

    private static (SearchResult Result, LogRecorder Log) Run(Func<Trial, double> fit, SearchOptions options, string source)
    {
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, source);
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        return (NumberSearch.Of(context, fit).Run(train, dev, options), log);
    }

    private sealed class Teller(Action<SearchProgress> tell) : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value) => tell(value);
    }

    private sealed class Doubled
    {
        public float Twice { get; set; }
    }
}
