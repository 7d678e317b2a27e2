using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Processes that search are killed, as by kill -9 or a loss of power, and started again.</summary>
[Trait("Spec", "C5")]
public sealed class KilledSearchTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Folder => _directory.PathOf("search");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_search_of_50_trials_that_is_killed_20_times_makes_each_trial_once_and_loses_none()
    {
        const int Trials = 50, Kills = 20;
        string whole = _directory.PathOf("whole");
        SearchResult expected = SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = Trials, Folder = whole });
        HashSet<string> seen = [];
        for (int kill = 0; kill < Kills; kill++)
        {
            using (var probe = new SearchProbeProcess("plain", Folder, Trials))
            {
                // Three lines a trial, so that it is now within a fit, now before or after what came of it is written; and where it goes on
                // from an answer, the kill meets it anywhere.
                Assert.False(await probe.Answer(5 + kill % 3));
                if (kill % 2 == 0)
                    await probe.Read();
                probe.Kill();
            }

            string[] finished = [.. WholeLines().Where(line => line.Contains("\"finished\"", StringComparison.Ordinal))];
            Assert.Empty(seen.Except(finished));
            seen.UnionWith(finished);
        }

        Assert.InRange(seen.Count, 15, Trials - 1);
        using (var last = new SearchProbeProcess("plain", Folder, Trials))
            Assert.Equal($"winner {expected.Best!.Number} of 50", await last.AnswerAll());
        Assert.Empty(seen.Except(WholeLines()));
        Assert.Equal(Enumerable.Range(0, Trials), SearchProbes.Of(Folder, "finished").Select(entry => entry.Trial));
        Assert.Equal(SearchProbes.Events(whole), SearchProbes.Events(Folder));
        Assert.Empty(Directory.GetFiles(Folder, "worker-*"));
    }

    [Theory]
    [InlineData("networks", new[] { 4, 8, 15, 8, 15 })] // no trial more than twice: one that ends its process again and again waits for others
    [InlineData("halving", new[] { 4, 5, 6, 7, 8 })]
    [InlineData("mixed", new[] { 2, 3 })]
    public async Task Networks_that_are_killed_within_their_training_come_to_what_they_would_have(string kind, int[] kills)
    {
        string whole = _directory.PathOf("whole");
        SearchProbes.Run(context => kind == "mixed" ? ProbeSearch.Mixed(context) : ProbeSearch.Networks(context), new SearchOptions
        {
            Trials = 4,
            Folder = whole,
            Scheduler = kind is "halving" or "mixed" ? ProbeSearch.Halving : new FullTraining(),
        });
        foreach (int lines in kills)
        {
            using var probe = new SearchProbeProcess(kind, Folder, 4);
            Assert.False(await probe.Answer(lines));
            await probe.Read();
            probe.Kill();
        }

        using (var last = new SearchProbeProcess(kind, Folder, 4))
            await last.AnswerAll();
        Assert.Equal(SearchProbes.Events(whole), SearchProbes.Events(Folder));
        Assert.Empty(Directory.GetFiles(Path.Combine(Folder, "checkpoints")));
        Assert.Equal(kind == "mixed", File.ReadAllText(Path.Combine(Folder, "journal.jsonl")).Contains("\"whole\":true", StringComparison.Ordinal));
        Assert.Equal(kind != "networks", SearchProbes.Of(Folder, "finished").Any(entry => entry.Rung > 0));
    }

    [Fact]
    public async Task Two_processes_share_the_trials_of_a_folder()
    {
        const int Trials = 20;
        string[] expected = SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = Trials }));
        using var first = new SearchProbeProcess("plain", Folder, Trials);
        using var second = new SearchProbeProcess("plain", Folder, Trials);
        // Each has a trial before either goes on.
        string?[] begun = [await first.Read(), await second.Read()];
        Assert.Equal(["begin 0", "begin 1"], begun.Order(StringComparer.Ordinal));
        await Task.WhenAll(first.Answer(), second.Answer());
        string[] last = await Task.WhenAll(first.AnswerAll(), second.AnswerAll());
        Assert.Equal(last[0], last[1]);
        (int Trial, int Rung, int? Worker)[] started = SearchProbes.Of(Folder, "started");
        Assert.Equal(Enumerable.Range(0, Trials), started.Select(entry => entry.Trial));
        Assert.Equal(2, started.Select(entry => entry.Worker).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, Trials), SearchProbes.Of(Folder, "finished").Select(entry => entry.Trial).Order());
        Assert.Equal(
            expected,
            SearchProbes.Exactly(SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = Trials, Folder = Folder })));
    }

    [Fact]
    public async Task What_a_killed_process_was_at_is_done_by_the_one_that_waits_for_it()
    {
        using var first = new SearchProbeProcess("plain", Folder, 2);
        Assert.Equal("begin 0", await first.Read());
        using var second = new SearchProbeProcess("plain", Folder, 2);
        Assert.Equal("begin 1", await second.Read());
        await second.Answer();
        Assert.Equal("fit 1", await second.Read());
        await second.Answer();
        Assert.Equal("end 1", await second.Read());
        await second.Answer();
        // Nothing is left but what the first is at.
        first.Kill();
        Assert.Equal("begin 0", await second.Read());
        await second.Answer();
        await second.AnswerAll();
        Assert.Equal([0, 1, 0], SearchProbes.Of(Folder, "started").Select(entry => entry.Trial));
        Assert.Equal([1, 0], SearchProbes.Of(Folder, "finished").Select(entry => entry.Trial));
    }

    [Fact]
    public async Task A_folder_that_does_not_lock_files_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Locks cannot be switched off there.");
        using var probe = new SearchProbeProcess("plain", Folder, 2, locksFiles: false);
        Assert.Contains(
            $"System.IO.IOException: The folder '{Folder}' does not lock files: '{Path.Combine(Folder, "journal.lock")}' could be locked twice, so "
            + "processes that share the search would not know of each other. Name a folder on a file system that locks files, and see that "
            + "DOTNET_SYSTEM_IO_DISABLEFILELOCKING is not set.",
            await probe.ReadErrors(),
            StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Folder, "journal.jsonl")));
    }

    // What follows the last end of a line was being written.
    private string[] WholeLines()
    {
        string text = File.ReadAllText(Path.Combine(Folder, "journal.jsonl"));
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
