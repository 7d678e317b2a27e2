using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>How searches end, and what trials know of those that run them.</summary>
[Trait("Spec", "C5")]
public sealed class SearchEndTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Folder => _directory.PathOf("search");

    public void Dispose() => _directory.Dispose();

    public static TheoryData<Scheduler> Schedulers =>
    [
        ProbeSearch.Halving,
        new AsynchronousHalving { MinimumEpochs = 2, MaximumEpochs = 8, ReductionFactor = 2 },
    ];

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void When_the_time_is_over_the_best_goes_on_to_its_end(Scheduler scheduler)
    {
        for (int seconds = 10; seconds < 300; seconds += 20)
        {
            var clock = new StandingClock();
            int late = 0;
            SearchResult result = SearchProbes.Run(
                context => NumberSearch.Of(context, trial =>
                {
                    late += clock.Now >= TimeSpan.FromSeconds(seconds) ? 1 : 0;
                    clock.Now += TimeSpan.FromSeconds(30);
                    return trial.Number + trial.Epochs!.Value;
                }),
                new SearchOptions { Time = TimeSpan.FromSeconds(seconds), TimeProvider = clock, Scheduler = scheduler });
            Assert.Equal((TrialState.Finished, 8), (result.Best!.State, result.Best.Epochs!.Value));
            Assert.InRange(late, 0, 2); // the two rungs after the first
        }
    }

    [Fact]
    public void A_token_that_was_cancelled_before_leaves_what_an_earlier_run_found()
    {
        SearchResult first = SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 3, Folder = Folder });
        SearchResult again = SearchProbes.Run(
            context => ProbeSearch.Plain(context), new SearchOptions { Trials = 9, Folder = Folder, CancellationToken = new(canceled: true) });
        Assert.Equal(SearchProbes.Exactly(first), SearchProbes.Exactly(again));
    }

    [Fact]
    public void A_trial_knows_when_the_search_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        SearchResult result = SearchProbes.Run(
            context => NumberSearch.Of(context, trial =>
            {
                if (trial.Number == 2)
                {
                    cancellation.Cancel();
                    trial.CancellationToken.ThrowIfCancellationRequested();
                }

                return trial.Number;
            }),
            new SearchOptions { Trials = 9, CancellationToken = cancellation.Token });
        Assert.Equal([TrialState.Finished, TrialState.Finished, TrialState.Unfinished], result.Trials.Select(trial => trial.State));
    }

    [Fact]
    public void The_context_of_a_trial_has_the_machine_of_that_of_the_search()
    {
        var context = new MLContext(seed: 1) { GpuDeviceId = 7, FallbackToCpu = true, TempFilePath = _directory.PathOf("") };
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        MLContext? seen = null;
        NumberSearch.Of(context, trial =>
        {
            seen = trial.Context;
            return 1;
        }).Run(train, dev, new SearchOptions { Trials = 1 });
        Assert.Equal((7, true, _directory.PathOf("")), (seen!.GpuDeviceId, seen.FallbackToCpu, seen.TempFilePath));
    }

    [Fact]
    public void The_nearest_trial_is_that_of_any_rung()
    {
        SearchResult result = SearchProbes.Run(
            context => NumberSearch.Of(context, trial => trial.Number + trial.Epochs!.Value).SubjectTo(NumberSearch.Cost, atMost: 1),
            new SearchOptions { Trials = 4, Scheduler = ProbeSearch.Halving });
        Assert.Null(result.Best);
        // Trials 0 and 1 went on, and came to 8 and 5.
        Assert.Equal((2, 4.0), (result.Nearest.Number, result.Nearest.Figures["value"]));
        Assert.Equal([2, 0, 1, 3], result.Trials.Select(trial => trial.Number));
    }

    [Fact]
    public async Task Trials_run_on_no_scheduler_of_the_caller()
    {
        var pair = new ConcurrentExclusiveSchedulerPair();
        SearchResult result = await Task.Factory.StartNew(
            () => SearchProbes.Run(
                context => NumberSearch.Of(context, trial => TaskScheduler.Current == TaskScheduler.Default ? 1 : 0),
                new SearchOptions { Trials = 4, ParallelTrials = 2 }),
            CancellationToken.None,
            TaskCreationOptions.None,
            pair.ExclusiveScheduler);
        Assert.All(result.Trials, trial => Assert.Equal(1, trial.Figures["value"]));
    }

    [Fact]
    public void What_is_left_is_not_known_where_it_is_more_than_a_time_can_be()
    {
        var clock = new StandingClock();
        List<SearchProgress> all = [];
        using var cancellation = new CancellationTokenSource();
        SearchProbes.Run(
            context => NumberSearch.Of(context, trial =>
            {
                clock.Now += TimeSpan.FromDays(1_000);
                if (trial.Number == 2)
                    cancellation.Cancel();
                return trial.Number + (trial.Epochs ?? 0);
            }),
            new SearchOptions
            {
                Trials = 1_000_000,
                Scheduler = ProbeSearch.Halving,
                TimeProvider = clock,
                CancellationToken = cancellation.Token,
                Progress = new Listener(all),
            });
        Assert.Equal(5, all.Count);
        Assert.All(all, progress => Assert.Null(progress.Remaining));
    }

    [Fact]
    public void Rows_that_cannot_be_held_in_memory_keep_all_their_columns()
    {
        var context = new MLContext(seed: 1);
        IDataView images = context.Data.LoadFromEnumerable(
            new[] { new ImageRow { Image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, [1, 2, 3, 4]) } });
        // Beside others, and alone.
        foreach (IDataView rows in new[] { images, context.Transforms.SelectColumns("Image").Fit(images).Transform(images) })
        {
            var log = new LogRecorder(context, "Search; Cache");
            SearchResult result = NumberSearch.Of(
                context, _ => new PlainEstimator(train => train.Schema.GetColumnOrNull("Image") is null ? 0 : 1))
                .Run(rows, rows, new SearchOptions { Trials = 1 });
            Assert.Equal(1, result.Best!.Figures["value"]);
            Assert.Equal(2, log.Of(ChannelMessageKind.Info).Count(line =>
                line == $"Column 'Image' is of type {rows.Schema["Image"].Type}, " +
                    "which cannot be held in memory; the rows are read again each time."));
        }
    }

    [Fact]
    public void The_table_has_a_column_for_each_parameter()
    {
        SearchSpace space = new()
        {
            ["Units"] = Range.Choice(12345),
            ["Kind"] = Range.Choice("a", "b"),
            ["Rate"] = Range.Choice(1.0 / 3).When("Kind", "a"),
        };
        SearchResult result = SearchProbes.Run(
            context => context.ModelSelection.Search(space, trial => new PlainEstimator(_ => trial.Has("Rate") ? 1234.56 : 1.0 / 7))
                .Maximize(NumberSearch.Value),
            new SearchOptions { Sampler = new GridSampler(), TimeProvider = new StandingClock() });
        Assert.Equal(
            [
                "maximize value: trial 0 wins",
                "trial  state      value  seconds  Units  Kind    Rate",
                "    0  finished    1235      0.0  12345  a     0.3333",
                "    1  finished  0.1429      0.0  12345  b",
            ],
            result.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private sealed class Listener(List<SearchProgress> all) : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value) => all.Add(value);
    }

    private sealed class ImageRow
    {
        [ImageType(1, 1)]
        public MLImage? Image { get; set; }

        public string Name { get; set; } = "";
    }
}
