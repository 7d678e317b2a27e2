using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Search;

[Trait("Spec", "C5")]
public sealed class SearchRunTests
{
    private static readonly SearchSpace Space = new() { ["X"] = Range.Linear(0, 1) };

    [Fact]
    public void The_same_seed_makes_the_same_trials_and_another_makes_others()
    {
        string[] first = SearchProbes.Exactly(SearchProbes.Run(Plain, new SearchOptions { Trials = 20 }));
        Assert.Equal(20, first.Length);
        Assert.Equal(first, SearchProbes.Exactly(SearchProbes.Run(Plain, new SearchOptions { Trials = 20 })));
        Assert.NotEqual(first, SearchProbes.Exactly(SearchProbes.Run(Plain, new SearchOptions { Trials = 20, Seed = 4 })));
    }

    [Fact]
    public void Without_a_seed_that_of_the_context_decides()
    {
        Assert.Equal(SearchProbes.Exactly(Run(5)), SearchProbes.Exactly(Run(5)));
        Assert.NotEqual(SearchProbes.Exactly(Run(5)), SearchProbes.Exactly(Run(6)));

        static SearchResult Run(int seed)
        {
            var context = new MLContext(seed);
            (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
            return ProbeSearch.Plain(context).Run(train, dev, new SearchOptions { Trials = 3 });
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Trials_that_run_at_once_come_out_as_those_that_run_in_turn(int parallel)
    {
        string[] expected = SearchProbes.Exactly(SearchProbes.Run(Plain, new SearchOptions { Trials = 24 }));
        var progress = new Recorder();
        SearchResult result = SearchProbes.Run(Plain, new SearchOptions { Trials = 24, ParallelTrials = parallel, Progress = progress });
        Assert.Equal(expected, SearchProbes.Exactly(result));
        Assert.Equal(48, progress.All.Count);
        Assert.All(progress.All, value => Assert.InRange(value.Running, 0, parallel));
        Assert.Equal(24, progress.All[^1].Ended);
        Assert.Equal(Enumerable.Range(1, 24), progress.All.Where(value => value.IsEnd).Select(value => value.Ended));
    }

    [Fact]
    public void As_many_trials_run_at_once_as_are_asked_for()
    {
        // Nobody is let go before three are there.
        using var barrier = new Barrier(3);
        SearchResult result = SearchProbes.Run(
            context => Search(context, trial => new PlainEstimator(_ =>
            {
                Assert.True(barrier.SignalAndWait(TimeSpan.FromMinutes(1)));
                return trial.Number;
            })),
            new SearchOptions { Trials = 6, ParallelTrials = 3 });
        Assert.Equal(6, result.Trials.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Networks_of_trials_that_run_at_once_share_the_threads_that_one_may_have(int parallel)
    {
        var threads = new ConcurrentBag<int?>();
        SearchProbes.Run(
            context => Search(context, trial =>
            {
                using FitControl control = FitScope.Begin(CancellationToken.None);
                threads.Add(control.Apply(new TrainingOptions { NumberOfThreads = TrainingOptions.MostThreads }).NumberOfThreads);
                return new PlainEstimator(_ => trial.Number);
            }),
            new SearchOptions { Trials = 8, ParallelTrials = parallel });
        Assert.Equal(Enumerable.Repeat<int?>(TrainingOptions.MostThreads / parallel, 8), threads);
    }

    [Theory]
    [InlineData(3, 0, 8, 3)]
    [InlineData(20, 0, 8, 8)]
    [InlineData(20, 18, 8, 2)]
    [InlineData(20, 20, 8, 1)]
    [InlineData(20, 25, 8, 1)]
    [InlineData(null, 25, 8, 8)]
    [InlineData(3, 0, 1, 1)]
    public void No_more_threads_are_started_than_trials_can_run(int? trials, int ended, int parallel, int expected)
    {
        var options = new SearchOptions { Trials = trials, Time = trials is null ? TimeSpan.FromHours(1) : null, ParallelTrials = parallel };
        TrialRecord[] records = [.. Enumerable.Range(0, ended).Select(number => new TrialRecord
        {
            Number = number,
            Parameters = new RandomSampler().Suggest(Space, 1, number, []),
            Rungs = [new RungResult([1], 1)],
        })];
        Assert.Equal(expected, SearchRun.CountWorkers(options, records));
        // Those that wait for their next rung can run too, if they did not fail.
        options.Scheduler = ProbeSearch.Halving;
        records = [.. records.Select((record, at) => at % 2 == 0 ? record : record with { Error = "Broken." })];
        int standing = (ended + 1) / 2;
        Assert.Equal(
            trials is { } budget ? Math.Clamp(Math.Max(0, budget - ended) + standing, 1, parallel) : parallel,
            SearchRun.CountWorkers(options, records));
    }

    [Theory]
    [InlineData(6, 6, false, 8, 6)] // every trial was begun by a process that is gone
    [InlineData(6, 6, true, 8, 6)] // or that released it
    [InlineData(20, 3, false, 8, 8)] // and others may begin
    [InlineData(4, 3, false, 8, 4)]
    [InlineData(3, 3, false, 2, 2)]
    public void Trials_that_another_process_began_and_did_not_end_get_threads(int trials, int begun, bool isReleased, int parallel, int expected)
    {
        var options = new SearchOptions { Trials = trials, ParallelTrials = parallel };
        TrialRecord[] records = [.. Enumerable.Range(0, begun).Select(number => new TrialRecord
        {
            Number = number,
            Parameters = new RandomSampler().Suggest(Space, 1, number, []),
            Claim = new TrialClaim(0, Worker: number, IsReleased: isReleased),
        })];
        Assert.Equal(expected, SearchRun.CountWorkers(options, records));
        // Those that are over, or failed, get none.
        TrialRecord over = records[0] with { Claim = null, Rungs = [new RungResult([1], 1)] };
        Assert.Equal(
            Math.Clamp(trials - 1, 1, parallel),
            SearchRun.CountWorkers(options, [over, .. records[1..]]));
        Assert.Equal(
            Math.Clamp(trials - 2, 1, parallel),
            SearchRun.CountWorkers(options, [over, records[1] with { Claim = null, Error = "Broken." }, .. records[2..]]));
    }

    [Fact]
    public void The_winner_comes_first_and_its_model_is_there()
    {
        SearchResult result = SearchProbes.Run(Plain, new SearchOptions { Trials = 20 });
        double[] values = [.. result.Trials.Select(trial => trial.Figures["value"])];
        Assert.Equal(values.OrderDescending(), values);
        Assert.Same(result.Trials[0], result.Best);
        Assert.Same(result.Best, result.Nearest);
        Assert.Equal(values[0], Assert.IsType<PlainModel>(result.Model).Value);
        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Finished, trial.State));
        Assert.Equal(Enumerable.Range(0, 20), result.Trials.Select(trial => trial.Number).Order());
    }

    [Fact]
    public void A_constraint_that_only_poor_trials_meet_makes_one_of_them_the_winner()
    {
        SearchResult result = SearchProbes.Run(
            context => Search(context, trial => new PlainEstimator(_ => trial.Number)).SubjectTo(Cost, atMost: 3), new SearchOptions { Trials = 6 });
        Assert.Equal(3, result.Best!.Number);
        Assert.Equal([3, 2, 1, 0, 4, 5], result.Trials.Select(trial => trial.Number));
        Assert.Equal(["cost is 4 but at most 3 is allowed"], result.Trials[4].Violations);
        Assert.Empty(result.Trials[0].Violations);
    }

    [Fact]
    public void Where_no_trial_meets_the_constraints_the_nearest_is_said()
    {
        SearchResult result = SearchProbes.Run(
            context => Search(context, trial => new PlainEstimator(_ => trial.Number + 5)).SubjectTo(Cost, atMost: 3),
            new SearchOptions { Trials = 3 });
        Assert.Null(result.Best);
        Assert.Equal(0, result.Nearest.Number);
        const string Expected = "No trial meets all constraints; the nearest is trial 0: cost is 5 but at most 3 is allowed. "
            + "Loosen the constraints, or search on.";
        Assert.Equal(Expected, Assert.Throws<InvalidOperationException>(() => result.Model).Message);
        Assert.Equal(Expected, Assert.Throws<InvalidOperationException>(() => result.ReportOnTest(Rows().Dev)).Message);
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("tr-TR")]
    public void The_table_is_the_same_in_every_culture(string culture)
    {
        using var scope = new CultureScope(culture);
        SearchResult result = SearchProbes.Run(
            context => Search(context, trial => trial.Number == 1
                ? throw new InvalidOperationException("It broke.\nHere.")
                : new PlainEstimator(_ => trial.Number + 0.25)).SubjectTo(Cost, atMost: 2.5),
            new SearchOptions { Trials = 4, TimeProvider = new StandingClock() });
        string[] xs = [.. Enumerable.Range(0, 4).Select(number => result.Trials.First(trial => trial.Number == number)
            .Parameters.Get<double>("X").ToString("G4", System.Globalization.CultureInfo.InvariantCulture))];
        int width = xs.Max(text => text.Length);
        xs = [.. xs.Select(text => text.PadLeft(width))];
        Assert.Equal(
            [
                "maximize value subject to cost at most 2.5: trial 2 wins",
                $"trial  state     value  cost  seconds  {"X".PadLeft(width)}",
                $"    2  finished   2.25  2.25      0.0  {xs[2]}",
                $"    0  finished   0.25  0.25      0.0  {xs[0]}",
                $"    3  finished   3.25  3.25      0.0  {xs[3]}  cost is 3.25 but at most 2.5 is allowed",
                $"    1  failed  {"",15}    0.0  {xs[1]}  InvalidOperationException: It broke.",
            ],
            result.ToString(120).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.All(xs, text => Assert.StartsWith("0.", text.TrimStart(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_trial_that_throws_is_written_down_and_the_search_goes_on()
    {
        SearchResult result = SearchProbes.Run(
            context => Search(context, trial => trial.Number % 2 == 0
                ? throw new InvalidOperationException($"Trial {trial.Number} broke.")
                : new PlainEstimator(_ => trial.Number == 3 ? double.NaN : trial.Number)),
            new SearchOptions { Trials = 6 });
        Assert.Equal(5, result.Best!.Number);
        Assert.Equal([5, 1], result.Trials.Where(trial => trial.State == TrialState.Finished).Select(trial => trial.Number));
        Assert.Equal(
            [
                "InvalidOperationException: Trial 0 broke.",
                "InvalidOperationException: Trial 2 broke.",
                "InvalidOperationException: Its value on the dev rows is NaN; see that its scores are numbers, and that the dev rows have labels.",
                "InvalidOperationException: Trial 4 broke.",
            ],
            result.Trials.Where(trial => trial.State == TrialState.Failed).Select(trial => trial.Error));
    }

    [Fact]
    public void Three_failures_in_the_beginning_end_the_search()
    {
        int trials = 0;
        var exception = Assert.Throws<InvalidOperationException>(() => SearchProbes.Run(
            context => Search(context, trial => throw new ArgumentException($"Broken {trials++}.")), new SearchOptions { Trials = 50 }));
        Assert.Equal(
            "The search has nothing to go by: the first 3 trials failed, trial 0 with \"ArgumentException: Broken 0.\" Mend it, and search again.",
            exception.Message);
        Assert.Equal("Broken 0.", Assert.IsType<ArgumentException>(exception.InnerException).Message);
        Assert.Equal(3, trials);
    }

    [Fact]
    public void If_all_of_few_trials_fail_that_is_an_error()
    {
        using var directory = new TemporaryDirectory();
        var exception = Assert.Throws<InvalidOperationException>(() => SearchProbes.Run(
            context => Search(context, trial => null!), new SearchOptions { Trials = 2, Folder = directory.PathOf("s") }));
        Assert.Equal(
            "The search has nothing to go by: all trials failed, trial 0 with " +
                "\"InvalidOperationException: The function that makes pipelines returned null; "
            + $"have it return an estimator.\" Mend it, and search again in another folder than '{directory.PathOf("s")}'.",
            exception.Message);
    }

    [Fact]
    public void Time_ends_a_search_once_what_has_begun_is_over()
    {
        var clock = new StandingClock();
        SearchResult result = SearchProbes.Run(
            context => Search(context, trial => new PlainEstimator(_ =>
            {
                clock.Now += TimeSpan.FromSeconds(30);
                return trial.Number;
            })),
            new SearchOptions { Time = TimeSpan.FromMinutes(2.2), TimeProvider = clock });
        Assert.Equal(5, result.Trials.Count);
        Assert.All(result.Trials, trial => Assert.Equal(30, trial.Seconds));
    }

    [Fact]
    public void Progress_says_what_is_left()
    {
        var clock = new StandingClock();
        var progress = new Recorder();
        SearchProbes.Run(
            context => Search(context, trial => new PlainEstimator(_ =>
            {
                clock.Now += TimeSpan.FromMinutes(30);
                return trial.Number + 0.5;
            })),
            new SearchOptions { Trials = 4, TimeProvider = clock, Progress = progress });
        Assert.Equal(
            [
                "0 of 4 trials, 1 running: trial 0 begins",
                "1 of 4 trials, 0 running: trial 0 value 0.5; best trial 0 value 0.5; 1:30:00 left",
                "1 of 4 trials, 1 running: trial 1 begins; best trial 0 value 0.5; 1:30:00 left",
                "2 of 4 trials, 0 running: trial 1 value 1.5; best trial 1 value 1.5; 1:00:00 left",
            ],
            progress.All.Take(4).Select(value => value.ToString()));
        Assert.Equal(TimeSpan.Zero, progress.All[^1].Remaining);
        Assert.Equal(TimeSpan.FromHours(2), progress.All[^1].Elapsed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Cancelling_keeps_what_has_ended(int parallel)
    {
        using var cancellation = new CancellationTokenSource();
        SearchResult result = SearchProbes.Run(
            context => Search(context, trial => new PlainEstimator(_ =>
            {
                if (trial.Number == 3)
                    cancellation.Cancel();
                if (trial.Number >= 3)
                    cancellation.Token.ThrowIfCancellationRequested();
                return trial.Number;
            })),
            new SearchOptions { Trials = 50, ParallelTrials = parallel, CancellationToken = cancellation.Token });
        Assert.InRange(result.Best!.Number, 1, 2);
        Assert.Contains(result.Trials, trial => trial is { Number: 3, State: TrialState.Unfinished });
        Assert.DoesNotContain(result.Trials, trial => trial.State == TrialState.Failed);
    }

    [Fact]
    public void Cancelling_before_anything_has_ended_throws()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => SearchProbes.Run(Plain, new SearchOptions { CancellationToken = cancellation.Token }));
    }

    [Fact]
    public void Cancelling_the_context_reaches_what_runs_in_the_context_of_a_trial()
    {
        var context = new MLContext(seed: 1);
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        SearchResult result = Search(context, trial => new PlainEstimator(_ =>
        {
            if (trial.Number < 2)
                return trial.Number;
            context.CancelExecution();
            // As trainers of ML.NET do, until the cancellation arrives.
            IHost host = ((IHostEnvironment)trial.Context).Register("Test");
            while (true)
                host.ThrowIfCancelled();
        })).Run(train, dev, new SearchOptions { Seed = 3, Cache = false });
        Assert.Equal(1, result.Best!.Number);
        Assert.Equal(3, result.Trials.Count);
    }

    [Fact]
    public void A_scheduler_trains_pipelines_that_ignore_epochs_in_full()
    {
        SearchResult plain = SearchProbes.Run(Plain, new SearchOptions { Scheduler = ProbeSearch.Halving, Trials = 3 });
        Assert.All(plain.Trials, trial => Assert.Equal((TrialState.Finished, (int?)null), (trial.State, trial.Epochs)));
    }

    [Fact]
    public void A_scheduler_takes_those_on_that_know_how_long_to_train()
    {
        SearchResult result = SearchProbes.Run(
            context => Search(context, trial => new PlainEstimator(_ => trial.Number + trial.Epochs!.Value)),
            new SearchOptions { Trials = 4, Scheduler = ProbeSearch.Halving });
        Assert.Equal([11, 6, 3, 2], result.Trials.Select(trial => trial.Figures["value"]));
        Assert.Equal([8, 4, 2, 2], result.Trials.Select(trial => trial.Epochs));
        Assert.Equal(11, ((PlainModel)result.Model).Value);
    }

    [Fact]
    public void Without_a_scheduler_there_are_no_epochs() =>
        SearchProbes.Run(
            context => Search(context, trial => new PlainEstimator(_ => trial.Epochs is null ? 1 : throw new InvalidOperationException())),
            new SearchOptions { Trials = 1 });

    [Fact]
    public void A_grid_ends_the_search_when_it_is_through()
    {
        SearchResult result = SearchProbes.Run(
            context => Search(context, trial => new PlainEstimator(_ => trial.Get<double>("X"))),
            new SearchOptions { Trials = 50, Sampler = new GridSampler() });
        Assert.Equal([1, 0.5, 0], result.Trials.Select(trial => trial.Figures["value"]));
    }

    [Fact]
    public void What_trials_log_is_logged_by_the_context_of_the_search()
    {
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, "Search; Trial 0");
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        Search(context, trial =>
        {
            using IChannel channel = ((IHostEnvironment)trial.Context).Start("Test");
            channel.Warning(MessageSensitivity.None, "Mind the gap.");
            return new PlainEstimator(_ => 1);
        }).Run(train, dev, new SearchOptions { Trials = 1 });
        Assert.Equal(["Test: Mind the gap."], log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void Values_out_of_their_range_are_refused()
    {
        Assert.Equal("Trials must be from 1 to 1000000 but is 0; use null for 50.", FaultOf(new SearchOptions { Trials = 0 }));
        Assert.Equal("Trials must be from 1 to 1000000 but is 1000001; use null for 50.", FaultOf(new SearchOptions { Trials = 1_000_001 }));
        Assert.Equal("Time must be above 0 but is 00:00:00; use null to set no limit.", FaultOf(new SearchOptions { Time = TimeSpan.Zero }));
        int most = 16 * Environment.ProcessorCount;
        foreach (int wrong in new[] { 0, most + 1 })
        {
            Assert.Equal(
                FormattableString.Invariant($"ParallelTrials must be from 1 to {most}, 16 for each processor of this machine, but is {wrong}; ")
                + "1 runs one trial after the other.",
                FaultOf(new SearchOptions { ParallelTrials = wrong }));
        }

        Assert.Equal("Folder has a character that no path may have, of code 0; leave it out.", FaultOf(new SearchOptions { Folder = "a\0b" }));
        Assert.Equal("Folder is empty; use null to write nothing down.", FaultOf(new SearchOptions { Folder = "" }));
        Assert.Equal("Sampler is null; use new RandomSampler().", FaultOf(new SearchOptions { Sampler = null! }));
        Assert.Equal("Scheduler is null; use new FullTraining().", FaultOf(new SearchOptions { Scheduler = null! }));
        Assert.Equal("Evaluation is null; use new EvaluationOptions().", FaultOf(new SearchOptions { Evaluation = null! }));
        Assert.Equal("TimeProvider is null; use TimeProvider.System.", FaultOf(new SearchOptions { TimeProvider = null! }));

        static string FaultOf(SearchOptions options) => Assert.Throws<ArgumentException>(() => SearchProbes.Run(Plain, options)).WithoutParameter();
    }

    [Fact]
    public void A_search_wants_one_thing_to_optimize()
    {
        var context = new MLContext(seed: 1);
        ModelSearch search = context.ModelSelection.Search(Space, _ => new PlainEstimator(_ => 1));
        const string Expected = "The search has nothing to optimize; begin with Maximize or Minimize, of Metric.Accuracy, say.";
        Assert.Equal(Expected, Assert.Throws<InvalidOperationException>(() => search.Run(Rows().Train, Rows().Dev)).Message);
        Assert.Equal(Expected, Assert.Throws<InvalidOperationException>(() => search.SubjectTo(Cost, atMost: 1)).Message);
        Assert.Equal(
            "The search is to minimize cost already; demand what others have to be with SubjectTo.",
            Assert.Throws<InvalidOperationException>(() => search.Minimize(Cost).Minimize(Cost)).Message);
    }

    private static Criterion Cost { get; } = Criterion.Of("cost", higherIsBetter: false, (model, _) => ((PlainModel)model).Value);

    private static Criterion Value { get; } = Criterion.Of("value", higherIsBetter: true, (model, _) => ((PlainModel)model).Value);

    private static ModelSearch Plain(MLContext context) => ProbeSearch.Plain(context);

    private static ModelSearch Search(MLContext context, Func<Trial, IEstimator<ITransformer>> factory) =>
        context.ModelSelection.Search(Space, factory).Maximize(Value);

    private static (IDataView Train, IDataView Dev) Rows() => ProbeSearch.Rows(new MLContext(seed: 1));

    private sealed class Recorder : IProgress<SearchProgress>
    {
        private int _inside;

        public List<SearchProgress> All { get; } = [];

        public void Report(SearchProgress value)
        {
            Assert.Equal(1, Interlocked.Increment(ref _inside));
            All.Add(value);
            Interlocked.Decrement(ref _inside);
        }
    }
}
