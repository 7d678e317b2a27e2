using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Networks that pause at rungs come to what those that do not pause come to.</summary>
[Trait("Spec", "C5")]
public sealed class HalvedNetworksTests : IDisposable
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
    public void A_trial_that_was_promoted_to_the_end_is_that_of_full_training(Scheduler scheduler)
    {
        Dictionary<int, double> full = Run(new FullTraining(), null).Trials.ToDictionary(trial => trial.Number, trial => trial.Figures["fit"]);
        SearchResult result = Run(scheduler, null);
        SearchTrial[] finished = [.. result.Trials.Where(trial => trial.State == TrialState.Finished)];
        Assert.NotEmpty(finished);
        Assert.All(finished, trial => Assert.Equal(full[trial.Number], trial.Figures["fit"]));
        Assert.All(finished, trial => Assert.Equal(8, trial.Epochs));
        Assert.Contains(result.Trials, trial => trial is { State: TrialState.StoppedEarly, Epochs: 2 });
        Assert.Contains(result.Trials, trial => trial is { State: TrialState.StoppedEarly, Epochs: 4 });
        Assert.Equal(8, result.Best!.Epochs);
    }

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void The_model_of_an_earlier_run_is_the_same_when_it_is_fitted_once_more(Scheduler scheduler)
    {
        SearchResult first = Run(scheduler, Folder);
        SearchResult again = Run(scheduler, Folder);
        Assert.Equal(SearchProbes.Exactly(first), SearchProbes.Exactly(again));
        IDataView dev = ProbeSearch.Rows(new MLContext(seed: 1)).Dev;
        // Measured anew on the same rows.
        Assert.Equal(first.Best!.Figures["fit"], again.ReportOnTest(dev).Figures["fit"]);
        Assert.Empty(Directory.GetFiles(Path.Combine(Folder, "checkpoints")));
    }

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void A_search_that_is_cancelled_within_any_epoch_comes_to_the_same(Scheduler scheduler)
    {
        string[] expected = SearchProbes.Exactly(Run(scheduler, null));
        int epochs = 0;
        Run(scheduler, null, _ => epochs++);
        Assert.True(epochs > 20);
        for (int stop = 3; stop < epochs; stop += 4)
        {
            string folder = _directory.PathOf($"{stop}");
            int epoch = 0;
            using var cancellation = new CancellationTokenSource();
            SearchResult result;
            try
            {
                result = Run(scheduler, folder, _ =>
                {
                    if (++epoch == stop)
                        cancellation.Cancel();
                }, cancellation.Token);
                Assert.Contains(result.Trials, trial => trial.State != TrialState.Finished);
            }
            catch (OperationCanceledException)
            {
                Assert.True(stop < 4);
            }

            Assert.Equal(expected, SearchProbes.Exactly(Run(scheduler, folder)));
        }
    }

    [Fact]
    public void Several_at_once_come_to_what_one_after_the_other_does()
    {
        string[] expected = SearchProbes.Exactly(Run(ProbeSearch.Halving, null));
        Assert.Equal(
            expected,
            SearchProbes.Exactly(SearchProbes.Run(
                context => ProbeSearch.Networks(context), new SearchOptions { Trials = 8, Scheduler = ProbeSearch.Halving, ParallelTrials = 3 })));
    }

    private static SearchResult Run(Scheduler scheduler, string? folder, Action<string>? tell = null, CancellationToken cancellation = default) =>
        SearchProbes.Run(
            context => ProbeSearch.Networks(context, tell),
            new SearchOptions { Trials = 8, Scheduler = scheduler, Folder = folder, CancellationToken = cancellation });
}
