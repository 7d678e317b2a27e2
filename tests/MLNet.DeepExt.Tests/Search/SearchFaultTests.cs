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
        Assert.Contains(": trial 2 wins; 1 of those that went on failed on the way", result.ToString(), StringComparison.Ordinal);
        Assert.Contains("  failed later: InvalidOperationException: Broken.", result.ToString(), StringComparison.Ordinal);
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
            context => NumberSearch.Of(context, trial => trial is { Number: 2, Epochs: 8 } ? throw new InvalidOperationException() : trial.Number + trial.Epochs!.Value),
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
            trial => trial.Number, new SearchOptions { Trials = 5, Progress = new Teller(_ => throw new InvalidOperationException("Deaf.")) }, "Search; Progress");
        Assert.Equal(5, result.Trials.Count);
        Assert.StartsWith(
            "Progress threw, and the search goes on: System.InvalidOperationException: Deaf.",
            Assert.Single(log.Of(ChannelMessageKind.Warning)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipeline_that_does_not_know_how_long_to_train_fails_where_others_have_figures()
    {
        SearchResult result = SearchProbes.Run(
            context => NumberSearch.Of(context, trial => trial.Number == 1 ? 1 : trial.Number + trial.Epochs!.Value),
            new SearchOptions { Trials = 4, Scheduler = ProbeSearch.Halving });
        Assert.StartsWith(
            "InvalidOperationException: SuccessiveHalving compares trials on the way, but the pipeline of trial 1 does not know how long to train",
            result.Trials.Single(trial => trial.State == TrialState.Failed).Error,
            StringComparison.Ordinal);
        Assert.Equal(3, result.Best!.Number);
    }

    [Fact]
    public void A_folder_that_is_damaged_on_the_way_takes_nothing_from_what_was_found()
    {
        (SearchResult result, LogRecorder log) = Run(
            trial =>
            {
                if (trial.Number == 2)
                    File.AppendAllText(Path.Combine(Folder, "journal.jsonl"), "nonsense\n");
                return trial.Number;
            },
            new SearchOptions { Trials = 5, Folder = Folder },
            "Search; Run");
        Assert.Equal(1, result.Best!.Number);
        Assert.Equal(1, ((PlainModel)result.Model).Value);
        Assert.StartsWith(
            "The search ended early, with what it had found: System.IO.InvalidDataException: ",
            Assert.Single(log.Of(ChannelMessageKind.Warning)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_damaged_before_anything_was_found_is_an_error() =>
        Assert.Throws<InvalidDataException>(() => Run(
            trial =>
            {
                File.AppendAllText(Path.Combine(Folder, "journal.jsonl"), "nonsense\n");
                return trial.Number;
            },
            new SearchOptions { Trials = 5, Folder = Folder },
            "Search"));

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
        context => NumberSearch.Of(context, trial => isBroken(trial) ? throw new InvalidOperationException("Broken.") : trial.Number + trial.Epochs!.Value),
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
}
