using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Folders that fail while a search runs, or before it begins.</summary>
[Trait("Spec", "C5")]
public sealed class SearchInterruptionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Folder => _directory.PathOf("search");

    private string Lines => Path.Combine(Folder, "journal.jsonl");

    private string LockFile => Path.Combine(Folder, "journal.lock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_folder_that_is_deleted_ends_the_search_with_all_that_ended()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file that is locked cannot be deleted there.");
        SearchInterruptedException exception = Interrupt(() => Directory.Delete(Folder, recursive: true));
        Assert.StartsWith(
            $"The search could not go on. The folder '{Folder}' of the search, or a part of it, is not there any more: ",
            exception.Message,
            StringComparison.Ordinal);
        Assert.Contains("It was moved or deleted while in use; restore it, or name another folder. ", exception.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(exception.InnerException);
        Assert.IsType<DirectoryNotFoundException>(exception.InnerException.InnerException);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void A_folder_that_is_moved_ends_the_search_and_can_be_searched_on_where_it_is_now()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file that is locked cannot be moved there.");
        string moved = _directory.PathOf("moved");
        SearchInterruptedException exception = Interrupt(() => Directory.Move(Folder, moved));
        Assert.Contains(" is not there any more: ", exception.Message, StringComparison.Ordinal);
        SearchResult result = Run(_ => { }, new SearchOptions { Trials = 6, Folder = moved });
        Assert.Equal(Enumerable.Range(0, 6), result.Trials.Select(trial => trial.Number).Order());
        Assert.All(result.Trials, trial => Assert.Equal((double)trial.Number, trial.Figures["value"]));
    }

    [Fact]
    public void A_journal_that_is_cut_short_ends_the_search()
    {
        long length = 0;
        SearchInterruptedException exception = Interrupt(() =>
        {
            length = new FileInfo(Lines).Length;
            using FileStream stream = File.OpenWrite(Lines);
            stream.SetLength(100);
        });
        Assert.Equal(
            $"The search could not go on. '{Lines}' has become shorter while it was in use: it has 100 bytes, but {length} were read before. "
            + "Restore the file from a copy, or use an empty folder. 4 trials had ended by then, which Result has.",
            exception.Message);
        Assert.Equal(100, new FileInfo(Lines).Length);
    }

    [Fact]
    public void A_line_of_garbage_ends_the_search()
    {
        int lines = 0;
        SearchInterruptedException exception = Interrupt(() =>
        {
            lines = File.ReadAllLines(Lines).Length;
            File.AppendAllText(Lines, "nonsense\n");
        });
        Assert.Equal(
            $"The search could not go on. Line {lines + 1} of '{Lines}' is damaged: it has no checksum, but lines before it have one. " +
                "Restore the file "
            + "from a copy; or delete this line and all after it, and the search goes on from the trials before it. "
            + "4 trials had ended by then, which Result has.",
            exception.Message);
    }

    [Fact]
    public void A_search_goes_on_from_the_trials_before_a_damaged_line_once_the_lines_from_there_on_are_deleted()
    {
        Interrupt(() => File.AppendAllText(Lines, "nonsense\n"));
        string[] lines = File.ReadAllLines(Lines);
        File.WriteAllText(Lines, string.Concat(lines[..^1].Select(line => line + "\n")));
        SearchResult result = Run(_ => { }, new SearchOptions { Trials = 6, Folder = Folder });
        Assert.All(result.Trials, trial => Assert.Equal((double)trial.Number, trial.Figures["value"]));
        Assert.Equal(6, result.Trials.Count);
    }

    [Fact]
    public void A_journal_in_whose_place_another_is_ends_the_search_and_is_left_as_it_is()
    {
        string other = _directory.PathOf("other");
        SearchProbes.Run(context => Numbers(context, _ => { }), new SearchOptions { Trials = 9, Folder = other });
        byte[] bytes = File.ReadAllBytes(Path.Combine(other, "journal.jsonl"));
        SearchInterruptedException exception = Interrupt(() => File.WriteAllBytes(Lines, bytes));
        Assert.Contains($"'{Lines}' was replaced or changed while it was in use: its line ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(Lines));
    }

    [Theory]
    [InlineData("journal.jsonl")]
    [InlineData("journal.lock")]
    public void A_file_in_whose_place_a_folder_is_ends_the_search(string file)
    {
        SearchInterruptedException exception = Interrupt(() =>
        {
            File.Delete(Path.Combine(Folder, file));
            Directory.CreateDirectory(Path.Combine(Folder, file));
        });
        Assert.StartsWith($"The search could not go on. The folder '{Folder}' of the search ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(" or name another folder. 4 trials had ended by then, which Result has.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_is_interrupted_before_a_trial_had_figures_has_no_result()
    {
        var exception = Assert.Throws<SearchInterruptedException>(() => Run(
            _ =>
            {
                File.AppendAllText(Lines, "nonsense\n");
                throw new InvalidOperationException("Broken.");
            },
            new SearchOptions { Trials = 5, Folder = Folder }));
        Assert.Null(exception.Result);
        Assert.EndsWith(" from the trials before it. No trial had figures by then.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_rows_are_not_looked_at_by_a_result_that_could_not_be_written_down()
    {
        SearchResult result = Interrupt(() => File.AppendAllText(Lines, "nonsense\n")).Result!;
        Assert.Equal(
            $"The folder of the search could not be written to when the search ended: Line 9 of '{Lines}' is damaged: it has no checksum, but lines "
            + "before it have one. Restore the file from a copy; or delete this line and all after it, and the search goes on from the trials before "
            + "it. Run the search again with the same folder, and use its result.",
            Assert.Throws<IOException>(() => result.ReportOnTest(ProbeSearch.Rows(new MLContext(seed: 1)).Dev)).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_search_that_is_cancelled_ends_though_another_process_holds_the_lock(bool byContext)
    {
        using var cancellation = new CancellationTokenSource();
        FileStream? held = null;
        // By this clock the lock is waited for without an end.
        var options = new SearchOptions
        {
            Trials = 20,
            Folder = Folder,
            Seed = 3,
            TimeProvider = new StandingClock(),
            CancellationToken = cancellation.Token,
        };
        Task<SearchResult> search = Task.Run(() =>
        {
            var context = new MLContext(seed: 1);
            (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
            return NumberSearch.Of(context, trial =>
            {
                if (trial.Number == 3)
                {
                    held = FileLock.Take(LockFile, TimeProvider.System, CancellationToken.None);
                    if (byContext)
                        context.CancelExecution();
                    else
                        cancellation.CancelAfter(TimeSpan.FromMilliseconds(50)); // while the end of the trial waits
                }

                return trial.Number;
            }).Run(train, dev, options);
        });
        SearchResult result = await search.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        held!.Dispose();
        Assert.Contains(2, result.Trials.Where(trial => trial.State == TrialState.Finished).Select(trial => trial.Number));
        Assert.Equal(20, Run(_ => { }, new SearchOptions { Trials = 20, Folder = Folder }).Trials.Count(trial => trial.State == TrialState.Finished));
    }

    [Fact]
    public async Task A_search_that_is_cancelled_while_it_joins_ends_though_another_process_holds_the_lock()
    {
        Run(_ => { }, new SearchOptions { Trials = 1, Folder = Folder });
        using var cancellation = new CancellationTokenSource();
        using FileStream held = FileLock.TryTake(LockFile)!;
        var options = new SearchOptions { Trials = 20, Folder = Folder, TimeProvider = new StandingClock(), CancellationToken = cancellation.Token };
        Task<SearchResult> search = Task.Run(() => Run(_ => { }, options));
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAsync<OperationCanceledException>(() => search.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_folder_that_is_a_file_is_refused_before_anything_is_read()
    {
        string file = _directory.PathOf("file");
        File.WriteAllText(file, "");
        Assert.Equal(
            $"The folder '{file}' of the search is a file; name a folder, or one that does not exist yet.",
            Assert.Throws<IOException>(() => Run(_ => Assert.Fail("Too late."), new SearchOptions { Trials = 2, Folder = file })).Message);
    }

    [Fact]
    public void A_folder_within_a_file_is_refused()
    {
        string file = _directory.PathOf("file"), within = Path.Combine(file, "within");
        File.WriteAllText(file, "");
        Assert.Equal(
            $"The folder '{within}' of the search cannot be, for '{file}' is a file; name another folder.",
            Assert.Throws<IOException>(() => Run(_ => Assert.Fail("Too late."), new SearchOptions { Trials = 2, Folder = within })).Message);
    }

    [Fact]
    public void A_folder_without_rights_is_refused_in_words()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Rights do not hold for everybody.");
        Directory.CreateDirectory(Folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Contains(
            "Permit this user to read and to write the folder and its files, or name another folder.",
            Assert.Throws<IOException>(() => Run(_ => Assert.Fail("Too late."), new SearchOptions { Trials = 2, Folder = Folder })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, "The disk of the folder '/f' of the search is full: What .NET says. Free space on it, or name a folder on another disk.")]
    [InlineData(30, "The folder '/f' of the search lies on a file system that cannot be written to: What .NET says. Name a folder on another one.")]
    [InlineData(5, "The folder '/f' of the search cannot be used: What .NET says. See that it can be read and written to, or name another folder.")]
    public void What_the_system_says_of_a_disk_is_said_with_the_remedy(int error, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Errors have other numbers there.");
        var exception = Assert.Throws<IOException>(() => FolderFault.Explained<int>("/f", () => throw new IOException("What .NET says.", error)));
        Assert.Equal(expected, exception.Message);
        Assert.Equal("What .NET says.", exception.InnerException!.Message);
    }

    [Fact]
    public void A_relative_folder_is_resolved_when_the_search_is_run()
    {
        string expected = Path.Combine(Environment.CurrentDirectory, "some", "folder");
        Assert.Equal(expected, new SearchOptions { Folder = Path.Combine("some", "other", "..", "folder") }.Copy().Folder);
        Assert.Null(new SearchOptions().Copy().Folder);
    }

    // The fourth trial meets what happens; it ends all the same.
    private SearchInterruptedException Interrupt(Action happen)
    {
        var exception = Assert.Throws<SearchInterruptedException>(() => Run(
            trial =>
            {
                if (trial.Number == 3)
                    happen();
            },
            new SearchOptions { Trials = 20, Folder = Folder }));
        SearchResult result = exception.Result!;
        Assert.Equal(
            [0, 1, 2, 3], result.Trials.Where(trial => trial.State == TrialState.Finished).Select(trial => trial.Number).Order());
        Assert.All(result.Trials.Where(trial => trial.State == TrialState.Finished),
            trial => Assert.Equal((double)trial.Number, trial.Figures["value"]));
        Assert.Equal(result.Best!.Figures["value"], Assert.IsType<PlainModel>(result.Model).Value);
        return exception;
    }

    private static SearchResult Run(Action<Trial> happen, SearchOptions options) => SearchProbes.Run(context => Numbers(context, happen), options);

    private static ModelSearch Numbers(MLContext context, Action<Trial> happen) => NumberSearch.Of(context, trial =>
    {
        happen(trial);
        return trial.Number;
    });
}
