using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Search.Journals;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Searches that were interrupted go on as they would have.</summary>
[Trait("Spec", "C5")]
public sealed class ResumedSearchTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Samplers => ["random", "coarse to fine", "Parzen"];

    private string Folder => _directory.PathOf("search");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Samplers))]
    public void A_search_that_was_cancelled_after_any_trial_goes_on_as_if_it_had_not_been(string sampler)
    {
        string[] expected = SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), Options(null)));
        string whole = _directory.PathOf("whole");
        SearchProbes.Run(context => ProbeSearch.Plain(context), Options(whole));
        for (int trials = 1; trials < 12; trials++)
        {
            string folder = _directory.PathOf($"{trials}");
            using var cancellation = new CancellationTokenSource();
            SearchOptions options = Options(folder);
            options.CancellationToken = cancellation.Token;
            SearchResult first = SearchProbes.Run(
                context => ProbeSearch.Plain(context, line =>
                {
                    if (line == $"fit {trials}")
                        cancellation.Cancel();
                }),
                options);
            Assert.Equal(trials, first.Trials.Count(trial => trial.State == TrialState.Finished));
            Assert.Equal(TrialState.Unfinished, first.Trials.Single(trial => trial.Number == trials).State);
            Assert.Equal(expected, SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), Options(folder))));
            Assert.Equal(SearchProbes.Events(whole), SearchProbes.Events(folder));
        }

        SearchOptions Options(string? folder) => new()
        {
            Trials = 12,
            Folder = folder,
            Sampler = sampler switch
            {
                "random" => new RandomSampler(),
                "Parzen" => new TreeParzenSampler { StartupTrials = 4 },
                _ => new CoarseToFineSampler { TrialsPerRound = 4 },
            },
        };
    }

    [Fact]
    public void A_search_that_is_over_is_not_run_again()
    {
        string[] first = SearchProbes.Exactly(SearchProbes.Run(
            context => ProbeSearch.Plain(context), new SearchOptions { Trials = 5, Folder = Folder }));
        SearchResult again = SearchProbes.Run(
            context => ProbeSearch.Plain(context, line => throw new InvalidOperationException(line)),
            new SearchOptions { Trials = 5, Folder = Folder });
        Assert.Equal(first, SearchProbes.Exactly(again));
        Assert.Equal(5, SearchProbes.Of(Folder, "started").Length);
    }

    [Fact]
    public void The_model_of_a_trial_of_an_earlier_run_is_fitted_once_more_when_it_is_asked_for()
    {
        SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 5, Folder = Folder });
        List<string> told = [];
        SearchResult again = SearchProbes.Run(context => ProbeSearch.Plain(context, told.Add), new SearchOptions { Trials = 5, Folder = Folder });
        Assert.Empty(told);
        Assert.Equal(again.Best!.Figures["value"], ((PlainModel)again.Model).Value);
        Assert.Same(again.Model, again.Model);
        Assert.Equal([$"fit {again.Best.Number}"], told);
    }

    [Fact]
    public void More_trials_go_on_where_fewer_ended_and_the_seed_is_that_of_the_folder()
    {
        string[] expected = SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 9 }));
        SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 4, Folder = Folder });
        var context = new MLContext(seed: 99);
        var (train, dev) = ProbeSearch.Rows(context);
        SearchResult more = ProbeSearch.Plain(context).Run(train, dev, new SearchOptions { Trials = 9, Folder = Folder });
        Assert.Equal(expected, SearchProbes.Exactly(more));
        Assert.Equal(9, SearchProbes.Of(Folder, "started").Length);
    }

    [Fact]
    public void The_folder_of_another_search_is_refused()
    {
        SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 1, Folder = Folder });
        Assert.Equal(
            $"The folder '{Folder}' holds another search: its sampler is RandomSampler {{}} but here it is GridSampler {{\"PointsPerParameter\":2}}. "
            + "Name another folder, or delete it to begin again.",
            MessageOf(new SearchOptions { Sampler = new GridSampler { PointsPerParameter = 2 }, Folder = Folder }));
        Assert.Equal(
            $"The folder '{Folder}' holds another search: its scheduler is FullTraining {{}} but here it is AsynchronousHalving "
            + "{\"MinimumEpochs\":2,\"MaximumEpochs\":60,\"ReductionFactor\":3}. Name another folder, or delete it to begin again.",
            MessageOf(new SearchOptions { Scheduler = new AsynchronousHalving(), Folder = Folder }));
        Assert.StartsWith(
            $"The folder '{Folder}' holds another search: its evaluation is Label, Score,",
            MessageOf(new SearchOptions { Evaluation = new() { LabelColumnName = "Other" }, Folder = Folder }),
            StringComparison.Ordinal);

        Assert.Equal(
            $"The folder '{Folder}' holds another search: its dev schema is Label Boolean, Features Vector<Single, 4> but here it is "
            + "Label Boolean, Features Vector<Single, 4>, Other Boolean. Name another folder, or delete it to begin again.",
            MessageOn(context => (
                Rows(context, 200, 1),
                context.Transforms.CopyColumns("Other", "Label").Fit(Rows(context, 100, 2)).Transform(Rows(context, 100, 2)))));
        Assert.Equal(
            $"The folder '{Folder}' holds another search: it has 200 train rows but here there are 150. " +
                "Name another folder, or delete it to begin again.",
            MessageOn(context => (Rows(context, 150, 1), Rows(context, 100, 2))));

        IDataView Rows(MLContext context, int count, int seed) => context.Data.LoadFromEnumerable(ProbeRow.Generate(count, seed));

        string MessageOn(Func<MLContext, (IDataView Train, IDataView Dev)> load)
        {
            var context = new MLContext(seed: 1);
            (IDataView train, IDataView dev) = load(context);
            return Assert.Throws<InvalidOperationException>(
                () => ProbeSearch.Plain(context).Run(train, dev, new SearchOptions { Trials = 1, Folder = Folder })).Message;
        }

        static string MessageOf(SearchOptions options) =>
            Assert.Throws<InvalidOperationException>(() => SearchProbes.Run(context => ProbeSearch.Plain(context), options)).Message;
    }

    [Fact]
    public void A_search_with_another_setting_of_its_latency_is_another()
    {
        Run(new Latency { MinimumTime = TimeSpan.Zero, WarmUpCalls = 1, Calls = 1 });
        Assert.StartsWith(
            $"The folder '{Folder}' holds another search: its latency is Latency {{\"Percentile\":95,\"Rows\":1,\"WarmUpCalls\":1,\"Calls\":1,",
            Assert.Throws<InvalidOperationException>(() => Run(new Latency { MinimumTime = TimeSpan.Zero, WarmUpCalls = 1, Calls = 2 })).Message,
            StringComparison.Ordinal);

        void Run(Latency latency) => SearchProbes.Run(
            context => ProbeSearch.Networks(context).SubjectTo(latency, atMost: 1e9), new SearchOptions { Trials = 1, Folder = Folder });
    }

    [Theory]
    [InlineData("{\"event\":\"finished\",\"trial\":7,\"rung\":0,\"worker\":1,\"values\":{\"value\":1},\"seconds\":1}", "trial 7 has not started")]
    [InlineData(
        "{\"event\":\"finished\",\"trial\":0,\"rung\":0,\"worker\":9,\"values\":{\"value\":1},\"seconds\":1}",
        "trial 0 is not where it could be finished at rung 0")]
    [InlineData(
        "{\"event\":\"finished\",\"trial\":0,\"rung\":1,\"worker\":1,\"values\":{\"value\":1},\"seconds\":1}",
        "trial 0 is not where it could be finished at rung 1")]
    [InlineData("{\"event\":\"failed\",\"trial\":0,\"rung\":1,\"worker\":1,\"error\":\"x\"}", "trial 0 is not where it could be failed at rung 1")]
    [InlineData("{\"event\":\"started\",\"trial\":0,\"rung\":0,\"worker\":1,\"parameters\":{}}",
        "trial 0 is not where it could be started at rung 0")]
    [InlineData(
        "{\"event\":\"started\",\"trial\":1,\"rung\":0,\"worker\":1," +
        "\"parameters\":{\"Rate\":0.01,\"Units\":9,\"Kind\":{\"index\":0,\"text\":\"plain\"}}}",
        "Parameter 'Units' has the value 9 in a trial but is Range.Integer(2, 6); search on in the space with which the trial was written")]
    public void A_line_that_cannot_follow_the_others_is_named(string line, string fault)
    {
        SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 1, Folder = Folder });
        string path = Path.Combine(Folder, "journal.jsonl");
        JournalText.Append(path, line);
        Assert.Equal(
            $"Line 4 of '{path}' is damaged: {fault}. Restore the file from a copy; or delete this line and all after it, " +
                "and the search goes on from the "
            + "trials before it.",
            Assert.Throws<InvalidDataException>(
                () => SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 2, Folder = Folder })).Message);
    }

    [Fact]
    public void Failures_are_kept_and_not_run_again()
    {
        SearchResult Run(int trials) => SearchProbes.Run(
            context => ProbeSearch.Plain(context, line =>
            {
                if (line == "fit 1")
                    throw new InvalidOperationException("Broken.");
            }),
            new SearchOptions { Trials = trials, Folder = Folder });
        Run(3);
        SearchResult result = Run(5);
        Assert.Equal("InvalidOperationException: Broken.", Assert.Single(result.Trials, trial => trial.State == TrialState.Failed).Error);
        Assert.Equal(5, SearchProbes.Of(Folder, "started").Length);
    }

    [Fact]
    public void Two_runs_in_one_process_share_the_trials_of_a_folder()
    {
        string[] expected = SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 20 }));
        using var together = new Barrier(2);
        int met = 0;
        SearchResult[] results = new SearchResult[2];
        Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, place => results[place] = SearchProbes.Run(
            context => ProbeSearch.Plain(context, _ =>
            {
                // The first trial of either ends when both have begun.
                if (Interlocked.Increment(ref met) <= 2)
                    Assert.True(together.SignalAndWait(TimeSpan.FromMinutes(1)));
            }),
            new SearchOptions { Trials = 20, Folder = Folder }));
        Assert.All(results, result => Assert.Equal(expected, SearchProbes.Exactly(result)));
        (int Trial, int Rung, int? Worker)[] started = SearchProbes.Of(Folder, "started");
        Assert.Equal(Enumerable.Range(0, 20), started.Select(entry => entry.Trial));
        Assert.Equal(2, started.Select(entry => entry.Worker).Distinct().Count());
        Assert.Equal(20, SearchProbes.Of(Folder, "finished").Length);
    }
}
