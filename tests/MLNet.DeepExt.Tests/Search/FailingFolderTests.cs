using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>What a trial came to is not lost where its folder fails, for a moment or for good.</summary>
[Trait("Spec", "C5")]
public sealed class FailingFolderTests : IDisposable
{
    private const string Damaged = "it has no checksum, but lines before it have one. Restore the file from a copy; or delete this line and all "
        + "after it, and the search goes on from the trials before it.";

    private readonly TemporaryDirectory _directory = new();
    private readonly MLContext _context = new(seed: 1);

    private string Folder => _directory.PathOf("search");

    private string Lines => Path.Combine(Folder, "journal.jsonl");

    private string LockFile => Path.Combine(Folder, "journal.lock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_trial_that_meets_a_damaged_folder_before_its_costly_criteria_are_measured_has_finished_without_them()
    {
        ModelSearch search = Measured(trial =>
        {
            if (trial == 3)
                File.AppendAllText(Lines, "nonsense\n");
        });
        var exception = Assert.Throws<SearchInterruptedException>(() => Run(search, new SearchOptions { Trials = 9, Folder = Folder }));
        SearchTrial last = exception.Result!.Trials.Single(trial => trial.Number == 3);
        Assert.Equal((TrialState.Finished, 3.0), (last.State, last.Figures["value"]));
        Assert.DoesNotContain("cost", last.Figures.Keys);
        Assert.Equal([0, 1, 2, 3], Finished(exception.Result));
        Assert.DoesNotContain(exception.Result.Trials, trial => trial.State == TrialState.Failed);
    }

    [Fact]
    public void A_trial_that_meets_a_folder_that_fails_for_a_moment_is_written_down_without_its_costly_criteria()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file that is locked cannot be deleted there.");
        LogRecorder log = new(_context, "Search; Folder");
        _context.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning && message.Source.StartsWith("Search; Folder", StringComparison.Ordinal))
                Directory.Delete(LockFile);
        };
        ModelSearch search = Measured(trial =>
        {
            if (trial == 3)
            {
                File.Delete(LockFile);
                Directory.CreateDirectory(LockFile);
            }
        });
        var exception = Assert.Throws<SearchInterruptedException>(() => Run(search, new SearchOptions { Trials = 9, Folder = Folder }));
        Assert.Equal([0, 1, 2, 3], SearchProbes.Of(Folder, "finished").Select(entry => entry.Trial));
        Assert.Empty(SearchProbes.Of(Folder, "failed"));
        Assert.Equal(
            $"The search begins no more trials and ends once those that run have ended. {exception.InnerException!.Message}",
            Assert.Single(log.Of(ChannelMessageKind.Warning)));
        SearchResult resumed = Run(Measured(_ => { }), new SearchOptions { Trials = 9, Folder = Folder });
        Assert.Equal((8, 9), (resumed.Best!.Number, Finished(resumed).Count()));
    }

    [Fact]
    public void Trials_that_run_when_the_folder_fails_come_to_their_ends()
    {
        using var begun = new CountdownEvent(3);
        using var failed = new ManualResetEventSlim();
        _context.Log += (_, message) =>
        {
            if (message.RawMessage.StartsWith("The search begins no more trials", StringComparison.Ordinal))
                failed.Set();
        };
        ConcurrentBag<int> ended = [];
        ModelSearch search = NumberSearch.Of(_context, trial =>
        {
            begun.Signal();
            Assert.True(begun.Wait(TimeSpan.FromMinutes(1)));
            if (trial.Number == 0)
                File.AppendAllText(Lines, "nonsense\n");
            else
                Assert.True(failed.Wait(TimeSpan.FromMinutes(1)));
            Assert.False(trial.CancellationToken.IsCancellationRequested);
            ended.Add(trial.Number);
            return trial.Number;
        });
        var exception = Assert.Throws<SearchInterruptedException>(
            () => Run(search, new SearchOptions { Trials = 20, Folder = Folder, ParallelTrials = 3 }));
        Assert.Equal([0, 1, 2], ended.Order());
        Assert.Equal([0, 1, 2], Finished(exception.Result!));
        Assert.Equal(3, exception.Result!.Trials.Count);
        Assert.EndsWith($"{Damaged} 3 trials had ended by then, which Result has.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_fails_at_any_write_for_a_moment_loses_no_trial_and_runs_none_again()
    {
        int writes = CountWrites();
        Assert.InRange(writes, 3 * (1 + 2 * 4), int.MaxValue);
        for (int failing = 0; failing < writes; failing++)
        {
            int number = failing, at = 0;
            List<int> fitted = [];
            string folder = _directory.PathOf($"{failing}");
            Exception thrown = Assert.ThrowsAny<Exception>(() => SearchProbes.Run(
                context => Counted(context, fitted), Options(folder, (path, mode) => new FailingFile(path, mode, () => at++ == number))));
            SearchResult? found = (thrown as SearchInterruptedException)?.Result;
            Assert.Equal(fitted, found is null ? [] : Finished(found));
            SearchResult resumed = SearchProbes.Run(context => Counted(context, fitted), Options(folder, null));
            Assert.Equal([0, 1, 2, 3], Finished(resumed));
            Assert.Equal([0, 1, 2, 3], fitted);
            Assert.Equal([0, 1, 2, 3], SearchProbes.Of(folder, "finished").Select(entry => entry.Trial));
        }
    }

    [Fact]
    public void A_disk_that_is_full_from_any_write_on_leaves_what_ended_in_the_exception_and_a_folder_to_go_on_in()
    {
        int writes = CountWrites();
        for (int failing = 0; failing < writes; failing++)
        {
            int number = failing, at = 0;
            List<int> fitted = [];
            string folder = _directory.PathOf($"{failing}");
            Exception thrown = Assert.ThrowsAny<Exception>(() => SearchProbes.Run(
                context => Counted(context, fitted), Options(folder, (path, mode) => new FailingFile(path, mode, () => at++ >= number))));
            string text = $"The disk of the folder '{folder}' of the search is full: No space left on device. "
                + "Free space on it, or name a folder on another disk.";
            if (thrown is SearchInterruptedException { Result: { } found } interrupted)
            {
                Assert.Equal(fitted, Finished(found));
                Assert.StartsWith($"The search could not go on. {text} ", interrupted.Message, StringComparison.Ordinal);
                Assert.Equal(found.Best!.Figures["value"], ((PlainModel)found.Model).Value);
            }
            else
            {
                Assert.Empty(fitted);
                Assert.Contains(text, thrown.Message, StringComparison.Ordinal);
            }

            Assert.Equal([0, 1, 2, 3], Finished(SearchProbes.Run(context => Counted(context, []), Options(folder, null))));
        }
    }

    [Fact]
    public void A_last_look_that_fails_is_a_warning()
    {
        int all = 0, opened = 0;
        Run(NumberSearch.Of(_context, trial => trial.Number), Options(_directory.PathOf("other"), (path, mode) =>
        {
            all++;
            return JournalFile.Open(path, mode);
        }));
        LogRecorder log = new(_context, "Search; Folder");
        SearchResult result = Run(NumberSearch.Of(_context, trial => trial.Number), Options(Folder, (path, mode) =>
            ++opened == all ? throw new IOException("Gone.") : JournalFile.Open(path, mode)));
        Assert.Equal([0, 1, 2, 3], Finished(result));
        Assert.Equal(
            "The trials of this process have ended and are in the folder, but it could not be read once more at the end, so that the result may lack "
            + "what other processes found last: Gone.",
            Assert.Single(log.Of(ChannelMessageKind.Warning)));
    }

    [Fact]
    public void Nothing_is_lost_where_the_lines_from_a_damaged_one_on_are_deleted_and_the_last_lacks_its_end()
    {
        Assert.Throws<SearchInterruptedException>(() => Run(
            NumberSearch.Of(_context, trial =>
            {
                if (trial.Number == 3)
                    File.AppendAllText(Lines, "nonsense\n");
                return trial.Number;
            }),
            Options(Folder, null)));
        string[] lines = File.ReadAllLines(Lines);
        File.WriteAllText(Lines, string.Join('\n', lines[..^2]));
        Assert.Contains("\"event\":\"finished\",\"trial\":2,", lines[^3], StringComparison.Ordinal);
        List<int> fitted = [];
        SearchResult result = SearchProbes.Run(context => Counted(context, fitted), Options(Folder, null));
        Assert.Equal([0, 1, 2, 3], Finished(result));
        Assert.Equal([3], fitted);
    }

    [Fact]
    public void A_folder_that_cannot_be_created_is_refused_in_words_that_know_that_it_was_never_there()
    {
        var exception = Assert.Throws<IOException>(() => FolderFault.Explained<int>(
            "/f", () => throw new DirectoryNotFoundException("What .NET says."), isUsed: false));
        Assert.Equal(
            "The folder '/f' of the search cannot be created: What .NET says. See that its drive or mount is there, or name another folder.",
            exception.Message);
    }

    [Fact]
    public void A_folder_for_temporary_files_that_cannot_be_used_is_named_as_such()
    {
        string variable = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";
        Assert.Equal(
            $"The folder for temporary files, '{Path.GetTempPath()}', cannot be used: What .NET says. Free space in it and permit this user to write "
            + $"to it; or name another in the environment variable {variable}, or a Folder of the search.",
            FolderFault.OfTemporary(new IOException("What .NET says.")).Message);
    }

    [Fact]
    public void The_error_of_a_trial_is_written_down_in_a_line_that_can_be_read()
    {
        SearchProbes.Run(
            context => NumberSearch.Of(context, trial => trial.Number == 1 ? throw new FormatException(new string('x', 20_000_000)) : 1),
            new SearchOptions { Trials = 2, Folder = Folder });
        string error = SearchProbes.Run(context => NumberSearch.Of(context, _ => 1), new SearchOptions { Trials = 2, Folder = Folder })
            .Trials.Single(trial => trial.State == TrialState.Failed).Error!;
        Assert.Equal("FormatException: " + new string('x', 10_000 - "FormatException: ".Length) + "…", error);
    }

    private int CountWrites()
    {
        int writes = 0;
        SearchProbes.Run(context => Counted(context, []), Options(_directory.PathOf("whole"), (path, mode) => new FailingFile(path, mode, () =>
        {
            writes++;
            return false;
        })));
        return writes;
    }

    private static SearchOptions Options(string folder, Func<string, FileMode, FileStream>? open) =>
        new() { Trials = 4, Folder = folder, OpenJournal = open };

    private static ModelSearch Counted(MLContext context, List<int> fitted) => NumberSearch.Of(context, trial =>
    {
        fitted.Add(trial.Number);
        return trial.Number;
    });

    // The number, which is measured before the costly criterion.
    private ModelSearch Measured(Action<int> measure) => _context.ModelSelection
        .Search(new SearchSpace { ["X"] = Range.Linear(0, 1) }, trial => new PlainEstimator(_ => trial.Number))
        .Maximize(Criterion.Of("value", higherIsBetter: true, (model, _) =>
        {
            double value = ((PlainModel)model).Value;
            measure((int)value);
            return value;
        }))
        .SubjectTo(Criterion.Of("cost", higherIsBetter: false, (model, _) => ((PlainModel)model).Value, isCostly: true), atMost: 100);

    private SearchResult Run(ModelSearch search, SearchOptions options)
    {
        (IDataView train, IDataView dev) = ProbeSearch.Rows(_context);
        options.Seed = 3;
        return search.Run(train, dev, options);
    }

    private static IEnumerable<int> Finished(SearchResult result) =>
        result.Trials.Where(trial => trial.State == TrialState.Finished).Select(trial => trial.Number).Order();
}
