using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.Search.Journals;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Trials whose workers are gone, or are taken to be.</summary>
[Trait("Spec", "C5")]
public sealed class LostTrialsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Folder => _directory.PathOf("search");

    private string Lines => Path.Combine(Folder, "journal.jsonl");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_that_was_taken_for_dead_adds_nothing_to_what_another_has_taken_over(bool fails)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file that is locked cannot be deleted there.");
        string[] expected = SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 3 }));
        using var begun = new ManualResetEventSlim();
        using var over = new ManualResetEventSlim();
        Task<SearchResult> first = Task.Run(() => SearchProbes.Run(
            context => ProbeSearch.Plain(context, _ =>
            {
                begun.Set();
                Assert.True(over.Wait(TimeSpan.FromMinutes(1)));
                if (fails)
                    throw new InvalidOperationException("Too late.");
            }),
            Options()));
        Assert.True(begun.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        File.Delete(Path.Combine(Folder, "worker-1.lock"));
        SearchResult second = SearchProbes.Run(context => ProbeSearch.Plain(context), Options());
        over.Set();
        Assert.Equal(expected, SearchProbes.Exactly(second));
        Assert.Equal(expected, SearchProbes.Exactly(await first));
        Assert.Equal([(0, 0, 2), (1, 0, 2), (2, 0, 2)], SearchProbes.Of(Folder, "finished"));
        Assert.Empty(SearchProbes.Of(Folder, "failed"));
        Assert.Equal(expected, SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), Options())));

        SearchOptions Options() => new() { Trials = 3, Folder = Folder };
    }

    [Fact]
    public void An_end_that_was_written_by_one_who_was_taken_for_dead_is_ignored()
    {
        string[] begun = Begin(1);
        string late = """{"event":"finished","trial":0,"rung":0,"worker":51,"values":{"value":1000},"seconds":1}""";
        File.WriteAllLines(Lines, [.. begun, begun[1].Replace("\"worker\":51", "\"worker\":52", StringComparison.Ordinal), late]);
        string[] expected = SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 3 }));
        Assert.Equal(
            expected,
            SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 3, Folder = Folder })));
        JournalText.Append(Lines, late);
        Assert.Equal(
            expected,
            SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 3, Folder = Folder })));
    }

    [Theory]
    [InlineData(1, "fit 0, fit 1, fit 2")]
    [InlineData(2, "fit 0, fit 1, fit 2")]
    [InlineData(3, "fit 1, fit 2, fit 0")]
    [InlineData(4, "fit 1, fit 2, fit 0")]
    [InlineData(5, "fit 1, fit 2")]
    [InlineData(6, "fit 1, fit 2")]
    public void A_trial_that_ends_its_process_waits_for_the_others_and_then_fails(int deaths, string order)
    {
        Begin(deaths);
        List<string> told = [];
        SearchResult result = SearchProbes.Run(context => ProbeSearch.Plain(context, told.Add), new SearchOptions { Trials = 3, Folder = Folder });
        Assert.Equal(order, string.Join(", ", told));
        Assert.Equal(
            deaths < 5 ? null : FormattableString.Invariant(
                $"The process that ran it ended {deaths} times without an answer; see whether it runs out of memory."),
            result.Trials.Single(trial => trial.Number == 0).Error);
        Assert.Equal(deaths < 5 ? 3 : 2, result.Trials.Count(trial => trial.State == TrialState.Finished));
        told.Clear();
        SearchProbes.Run(context => ProbeSearch.Plain(context, told.Add), new SearchOptions { Trials = 3, Folder = Folder });
        Assert.Empty(told);
    }

    [Fact]
    public void Those_who_come_further_by_checkpoints_are_not_counted()
    {
        string[] begun = Begin(9);
        File.WriteAllLines(Lines, begun.Select((line, at) => at % 2 == 0
            ? line
            : line.Replace(
                "\"parameters\"", FormattableString.Invariant($"\"checkpoint\":\"-1 10 {at}\",\"parameters\""), StringComparison.Ordinal)));
        List<string> told = [];
        SearchProbes.Run(context => ProbeSearch.Plain(context, told.Add), new SearchOptions { Trials = 3, Folder = Folder });
        Assert.Equal("fit 0, fit 1, fit 2", string.Join(", ", told));
    }

    [Fact]
    public void A_trial_that_was_measured_on_fewer_rows_than_others_does_not_win()
    {
        SearchResult fair = SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 3, Folder = Folder });
        int winner = fair.Best!.Number;
        File.WriteAllLines(Lines, JournalText.MakeOlder(Lines).Select(line => line.Replace(
            "\"seconds\"",
            line.Contains(FormattableString.Invariant($"\"trial\":{winner},"), StringComparison.Ordinal)
                ? "\"rows\":200,\"seconds\"" : "\"rows\":300,\"seconds\"",
            StringComparison.Ordinal)));
        SearchResult result = SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 3, Folder = Folder });
        Assert.Equal(fair.Trials[1].Number, result.Best!.Number);
        Assert.Equal(winner, result.Trials[^1].Number);
        Assert.Equal(["was measured on 200 rows but others on 300"], result.Trials[^1].Violations);
        Assert.Empty(result.Best.Violations);
    }

    [Fact]
    public void The_number_of_rows_of_metrics_is_written_down()
    {
        SearchProbes.Run(
            context => ProbeSearch.Networks(context).SubjectTo(Metric.Accuracy, atLeast: 0),
            new SearchOptions { Trials = 1, Folder = Folder });
        Assert.Contains("\"rows\":100,\"seconds\"", File.ReadAllLines(Lines)[2], StringComparison.Ordinal);
    }

    [Fact]
    public void How_often_a_trial_may_end_its_process_is_an_option()
    {
        Begin(1);
        SearchResult result = SearchProbes.Run(
            context => ProbeSearch.Plain(context), new SearchOptions { Trials = 3, Folder = Folder, MaximumStarts = 1 });
        Assert.Equal(0, Assert.Single(result.Trials, trial => trial.State == TrialState.Failed).Number);
        Assert.Equal(
            "MaximumStarts must be from 1 to 1000 but is 0; 5 is the default.",
            Assert.Throws<ArgumentException>(
                () => SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { MaximumStarts = 0 })).WithoutParameter());
    }

    [Fact]
    public void A_trial_that_is_cancelled_again_and_again_is_not_lost()
    {
        for (int time = 0; time < 7; time++)
        {
            using var cancellation = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => SearchProbes.Run(
                context => ProbeSearch.Plain(context, _ => cancellation.Cancel()),
                new SearchOptions { Trials = 2, Folder = Folder, CancellationToken = cancellation.Token }));
            Assert.Equal(time + 1, SearchProbes.Of(Folder, "released").Length);
        }

        SearchResult result = SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 2, Folder = Folder });
        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Finished, trial.State));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void A_failure_without_a_message_is_called_by_its_type(string? message)
    {
        for (int time = 0; time < 2; time++)
        {
            SearchResult result = SearchProbes.Run(
                context => ProbeSearch.Plain(context, line =>
                {
                    if (line == "fit 1")
                        throw new SilentException(message);
                }),
                new SearchOptions { Trials = 3, Folder = Folder });
            Assert.Equal(
                nameof(SilentException),
                Assert.Single(result.Trials, trial => trial.State == TrialState.Failed).Error);
        }
    }

    [Fact]
    public void The_folder_of_checkpoints_may_be_deleted_at_any_time()
    {
        SearchResult result = SearchProbes.Run(
            context => ProbeSearch.Plain(context, _ => Directory.Delete(Path.Combine(Folder, "checkpoints"), recursive: true)),
            new SearchOptions { Trials = 1, Folder = Folder });
        Assert.Equal(TrialState.Finished, Assert.Single(result.Trials).State);
    }

    /// <summary>A folder in which so many have begun the first trial and were gone.</summary>
    private string[] Begin(int deaths)
    {
        SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = 1, Folder = Folder });
        string[] lines = JournalText.MakeOlder(Lines);
        string[] begun =
        [
            lines[0],
            .. Enumerable.Range(51, deaths).Select(worker =>
                lines[1].Replace("\"worker\":1,", FormattableString.Invariant($"\"worker\":{worker},"), StringComparison.Ordinal)),
        ];
        File.WriteAllLines(Lines, begun);
        return begun;
    }

    private sealed class SilentException(string? message) : Exception
    {
        public override string Message => message!;
    }
}
