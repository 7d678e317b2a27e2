using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Trials that take longer than they may.</summary>
[Trait("Spec", "C5")]
public sealed class TrialTimeTests : IDisposable
{
    private const string Ended = "TimeoutException: The trial took longer than TrialTime, 00:00:10, and was ended; allow more, or make it faster.";
    private const string Hung = "The trial took longer than TrialTime, 00:00:10, and did not stop within 30 seconds: its pipeline, or a criterion, "
        + "observes neither Trial.CancellationToken nor the cancellation of its context. Create the pipeline with Trial.Context, pass "
        + "Trial.CancellationToken to what takes long, or set TrialTime to null.";

    private static readonly SearchSpace Space = new() { ["X"] = Range.Linear(0, 1) };
    private static readonly TimeSpan TrialTime = TimeSpan.FromSeconds(10);

    private readonly TemporaryDirectory _directory = new();
    private readonly BellClock _clock = new();

    private string Folder => _directory.PathOf("search");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_trial_that_takes_too_long_has_failed_and_the_search_goes_on_without_running_it_again()
    {
        SearchResult result = SearchProbes.Run(context => NumberSearch.Of(context, Slow), Options());
        Assert.Equal([0, 2, 3], Finished(result));
        Assert.Equal(Ended, Assert.Single(result.Trials, trial => trial.State == TrialState.Failed).Error);
        SearchResult resumed = SearchProbes.Run(context => NumberSearch.Of(context, _ => 1), Options());
        Assert.Equal(SearchProbes.Exactly(result), SearchProbes.Exactly(resumed));

        double Slow(Trial trial)
        {
            if (trial.Number == 1)
            {
                _clock.Ring(TrialTime);
                trial.CancellationToken.WaitHandle.WaitOne();
                trial.CancellationToken.ThrowIfCancellationRequested();
            }

            return trial.Number;
        }
    }

    [Fact]
    public void Networks_of_this_library_observe_it()
    {
        SearchResult result = Run(trial => trial.Context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
        {
            HiddenUnits = [2],
            MaximumEpochs = trial.Number == 1 ? 1_000_000 : 1,
            Callbacks = [new EpochHook(epoch =>
            {
                if (trial.Number == 1 && epoch == 3)
                    _clock.Ring(TrialTime);
            })],
        }));
        Assert.Equal([0, 2, 3], Finished(result));
        Assert.Equal(Ended, Assert.Single(result.Trials, trial => trial.State == TrialState.Failed).Error);
    }

    [Fact]
    public void Sdca_of_ML_NET_observes_it()
    {
        SearchResult result = Run(trial =>
        {
            if (trial.Number == 1)
                Task.Run(() => _clock.Ring(TrialTime), TestContext.Current.CancellationToken);
            return trial.Context.BinaryClassification.Trainers.SdcaLogisticRegression(new SdcaLogisticRegressionBinaryTrainer.Options
            {
                MaximumNumberOfIterations = trial.Number == 1 ? 5_000_000 : 2, // it allocates memory for each
                ConvergenceTolerance = trial.Number == 1 ? float.Epsilon : 0.1f,
                ConvergenceCheckFrequency = trial.Number == 1 ? 1_000_000 : 1,
                NumberOfThreads = 1,
            });
        });
        Assert.Equal([0, 2, 3], Finished(result));
        Assert.Equal(Ended, Assert.Single(result.Trials, trial => trial.State == TrialState.Failed).Error);
    }

    [Fact]
    public void A_trial_that_does_not_stop_ends_the_search_with_what_was_found_and_is_not_run_again()
    {
        using var never = new ManualResetEventSlim();
        var exception = Assert.Throws<SearchInterruptedException>(() => SearchProbes.Run(
            context => NumberSearch.Of(context, trial =>
            {
                if (trial.Number == 2)
                {
                    Task.Run(
                        () =>
                        {
                            _clock.Ring(TrialTime);
                            _clock.Ring(TrialTimer.Grace);
                        },
                        TestContext.Current.CancellationToken);
                    Assert.True(never.Wait(TimeSpan.FromMinutes(2)));
                }

                return trial.Number;
            }),
            Options()));
        never.Set();
        Assert.Equal($"The search could not go on. Trial 2 did not stop: {Hung} 3 trials had ended by then, which Result has.", exception.Message);
        Assert.Equal([0, 1], Finished(exception.Result!));
        Assert.Equal(1, exception.Result!.Best!.Number);
        Assert.Equal(1, ((PlainModel)exception.Result.Model).Value);
        SearchResult resumed = SearchProbes.Run(context => NumberSearch.Of(context, trial => trial.Number), Options());
        Assert.Equal([0, 1, 3], Finished(resumed));
        Assert.Equal($"TimeoutException: {Hung}", Assert.Single(resumed.Trials, trial => trial.State == TrialState.Failed).Error);
    }

    [Fact]
    public void A_search_that_is_cancelled_does_not_wait_for_a_trial_that_does_not_stop_for_longer_than_the_grace()
    {
        using var never = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        SearchOptions options = Options();
        options.CancellationToken = cancellation.Token;
        SearchResult result = SearchProbes.Run(
            context => NumberSearch.Of(context, trial =>
            {
                if (trial.Number == 2)
                {
                    cancellation.Cancel();
                    Task.Run(() => _clock.Ring(TrialTimer.Grace), TestContext.Current.CancellationToken);
                    Assert.True(never.Wait(TimeSpan.FromMinutes(2)));
                }

                return trial.Number;
            }),
            options);
        never.Set();
        Assert.Equal([0, 1], Finished(result));
    }

    [Fact]
    public void Measuring_the_dev_rows_observes_it()
    {
        int running = 0;
        var context = new MLContext(seed: 1);
        IDataView train = ProbeSearch.Rows(context).Train;
        SearchResult result = context.ModelSelection.Search(Space, trial =>
            {
                running = trial.Number;
                return trial.Context.BinaryClassification.Trainers.LbfgsLogisticRegression();
            })
            .Maximize(Metric.Accuracy)
            .Run(
                train,
                context.Data.LoadFromEnumerable(Rows()),
                new SearchOptions { Trials = 4, TrialTime = TrialTime, TimeProvider = _clock, Cache = false, Seed = 3 });
        Assert.Equal([0, 2, 3], Finished(result));
        Assert.Equal(Ended, Assert.Single(result.Trials, trial => trial.State == TrialState.Failed).Error);

        // More than a trial reads in its time.
        IEnumerable<ProbeRow> Rows()
        {
            ProbeRow[] rows = ProbeRow.Generate(100, 1);
            foreach (ProbeRow row in rows)
                yield return row;
            if (running != 1)
                yield break;
            _clock.Ring(TrialTime);
            for (int more = 0; more < 10_000_000; more++)
                yield return rows[more % rows.Length];
        }
    }

    [Fact]
    public async Task A_trial_that_does_not_stop_after_a_cancellation_is_not_begun_by_another_until_it_does()
    {
        using var never = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        SearchOptions options = Options();
        options.CancellationToken = cancellation.Token;
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, "Search; Trial 2");
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        options.Seed = 3;
        Task? bell = null;
        SearchResult result = NumberSearch.Of(context, trial =>
        {
            if (trial.Number == 2)
            {
                cancellation.Cancel();
                bell = Task.Run(() => _clock.Ring(TrialTimer.Grace), TestContext.Current.CancellationToken);
                Assert.True(never.Wait(TimeSpan.FromMinutes(2)));
            }

            return trial.Number;
        }).Run(train, dev, options);
        await bell!;
        Assert.Equal([0, 1], Finished(result));
        Assert.Equal(
            "The trial did not stop within 30 seconds after the search was cancelled. Its thread goes on, " +
                "and until it ends no other process takes the "
            + "trial over.",
            Assert.Single(log.Of(ChannelMessageKind.Warning)));
        Assert.Empty(SearchProbes.Of(Folder, "released"));
        SearchResult other = SearchProbes.Run(
            search => NumberSearch.Of(search, trial =>
            {
                if (trial.Number == 3)
                    never.Set();
                return trial.Number;
            }),
            new SearchOptions { Trials = 4, Folder = Folder });
        Assert.Equal([0, 1, 2, 3], Finished(other));
        Assert.Equal([(0, 0, 1), (1, 0, 1), (2, 0, 1), (3, 0, 2), (2, 0, 2)], SearchProbes.Of(Folder, "started"));
        Assert.Equal([(2, 0, (int?)1)], SearchProbes.Of(Folder, "released"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(25 * 24 * 60 * 60)]
    public void A_time_out_of_its_range_is_refused(int seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(seconds);
        Assert.Equal(
            FormattableString.Invariant($"TrialTime must be above 0 and at most 24 days but is {time}; use null to set no limit."),
            Assert.Throws<ArgumentException>(() => SearchProbes.Run(
                context => NumberSearch.Of(context, _ => 1), new SearchOptions { TrialTime = time })).WithoutParameter());
    }

    private SearchOptions Options() => new() { Trials = 4, Folder = Folder, TrialTime = TrialTime, TimeProvider = _clock };

    private SearchResult Run(Func<Trial, IEstimator<ITransformer>> factory) => SearchProbes.Run(
        context => context.ModelSelection.Search(Space, factory)
            .Maximize(Criterion.Of("number", higherIsBetter: true, (_, _) => 1)),
        Options());

    private static IEnumerable<int> Finished(SearchResult result) =>
        result.Trials.Where(trial => trial.State == TrialState.Finished).Select(trial => trial.Number).Order();

    private sealed class EpochHook(Action<int> onEpoch) : ITrainingCallback
    {
        public void OnEpochEnd(EpochRecord epoch) => onEpoch(epoch.Epoch);
    }
}
