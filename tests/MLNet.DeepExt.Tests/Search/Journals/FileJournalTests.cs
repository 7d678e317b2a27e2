using System.Text;
using System.Text.Json;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search.Journals;

[Trait("Spec", "C5")]
public sealed class FileJournalTests : IDisposable
{
    private static readonly JournalHeader Header = new()
    {
        Version = JournalHeader.CurrentVersion,
        Seed = 7,
        Search = new Dictionary<string, string> { ["space"] = "X", ["objective"] = "maximize y" },
        Contents = new Dictionary<string, string> { ["train"] = "1", ["dev"] = "2" },
    };

    private static readonly JsonElement Parameters = JsonElement.Parse("""{"Rate":0.1,"Word":"ığüş \"\n"}""");

    private readonly TemporaryDirectory _directory = new();
    private readonly List<JournalEvent> _learned = [];

    private string Folder => _directory.PathOf("search");

    private string Lines => Path.Combine(Folder, "journal.jsonl");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_added_is_learned_at_once_and_read_again_as_it_was()
    {
        JournalEvent[] events =
        [
            new() { Event = JournalEventKind.Started, Trial = 0, Worker = 1, Parameters = Parameters },
            new() { Event = JournalEventKind.Finished, Trial = 0, Rung = 2, Worker = 1, Values = Values(double.NaN, 0.1 + 0.2), Seconds = 1e-300 },
            new() { Event = JournalEventKind.Released, Trial = 1, Worker = 1 },
            new() { Event = JournalEventKind.Failed, Trial = 1, Worker = 1, Error = "two\nlines, \"ığ\"" },
            new() { Event = JournalEventKind.Test, Trial = 0, Values = Values(1, double.PositiveInfinity),
                Again = true, Time = DateTimeOffset.UnixEpoch },
        ];
        using (FileJournal journal = Open())
            Append(journal, events);
        JournalEvent[] learned = [.. _learned];
        _learned.Clear();
        using FileJournal again = Open();
        Assert.Equal(Written(events), Written(learned));
        Assert.Equal(Written(events), Written(_learned));
        Assert.Equal(2, again.Worker);
        Assert.Equal(7, again.Seed);
    }

    [Fact]
    public void A_last_line_that_is_torn_at_any_byte_is_cut_off_by_the_next_writer()
    {
        using (FileJournal journal = Open())
            Append(journal, Failure(0), Failure(1));
        byte[] whole = File.ReadAllBytes(Lines);
        int last = Encoding.UTF8.GetString(whole).TrimEnd('\n').LastIndexOf('\n') + 1;
        for (int length = last; length < whole.Length - 1; length++)
        {
            File.WriteAllBytes(Lines, whole[..length]);
            _learned.Clear();
            using (FileJournal journal = Open())
            {
                Assert.Equal(0, Assert.Single(_learned).Trial);
                Append(journal, Failure(1));
            }

            Assert.Equal(whole, File.ReadAllBytes(Lines));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_last_line_that_lacks_its_end_alone_counts_and_gets_it(bool isOlder)
    {
        using (FileJournal journal = Open())
            Append(journal, Failure(0), Failure(1));
        if (isOlder)
            JournalText.MakeOlder(Lines);
        byte[] whole = File.ReadAllBytes(Lines);
        File.WriteAllBytes(Lines, whole[..^1]);
        _learned.Clear();
        Open().Dispose();
        Assert.Equal([0, 1], _learned.Select(entry => entry.Trial));
        Assert.Equal(whole, File.ReadAllBytes(Lines));
    }

    [Fact]
    public void A_first_line_that_lacks_its_end_alone_counts_and_gets_it()
    {
        Open().Dispose();
        byte[] whole = File.ReadAllBytes(Lines);
        File.WriteAllBytes(Lines, whole[..^1]);
        Open(Header with { Seed = 8 }).Dispose();
        Assert.Equal(whole, File.ReadAllBytes(Lines));
    }

    [Fact]
    public void A_version_whose_lines_have_checksums_is_refused_without_them()
    {
        using (FileJournal journal = Open())
            Append(journal, Failure(0));
        JournalText.MakeOlder(Lines);
        File.WriteAllText(Lines, File.ReadAllText(Lines).Replace("{\"version\":2,", "{\"version\":3,", StringComparison.Ordinal));
        Assert.Equal(
            $"Line 1 of '{Lines}' is damaged: it has no checksum, which every line of its version has. "
            + "Restore the file from a copy, or use an empty folder.",
            Assert.Throws<InvalidDataException>(Open).Message);
    }

    [Fact]
    public void Lines_are_read_wherever_the_blocks_of_the_file_end()
    {
        string[] errors = [.. Enumerable.Range(0, 400).Select(line => new string('x', line * 37 % 5000)), new string('y', 300_000), "z"];
        using (FileJournal journal = Open())
            Append(journal, [.. errors.Select((error, trial) => Failure(trial) with { Error = error })]);
        _learned.Clear();
        Open().Dispose();
        Assert.Equal(errors, _learned.Select(entry => entry.Error));
    }

    [Fact]
    public void A_line_that_is_longer_than_any_is_refused_by_its_number_and_not_read_in_whole()
    {
        using (FileJournal journal = Open())
            Append(journal, Failure(0));
        using (FileStream stream = File.OpenWrite(Lines))
            stream.SetLength(1L << 31);
        Assert.Equal(
            $"Line 3 of '{Lines}' is damaged: it is longer than 16777216 bytes. Restore the file from a copy; or delete this line and all after it, "
            + "and the search goes on from the trials before it.",
            Assert.Throws<InvalidDataException>(Open).Message);
    }

    [Fact]
    public void An_event_whose_line_would_be_longer_than_any_is_not_written()
    {
        using FileJournal journal = Open();
        byte[] before = File.ReadAllBytes(Lines);
        Assert.Equal(
            "An event of the search was not written down, for its line would be longer than 16777216 bytes.",
            Assert.Throws<InvalidOperationException>(
                () => Append(journal, Failure(0) with { Error = new string('x', JournalFile.MostLine) })).Message);
        Assert.Equal(before, File.ReadAllBytes(Lines));
    }

    [Fact]
    public void The_room_of_a_folder_is_tried_whatever_other_processes_try_and_what_they_left_is_deleted()
    {
        Open().Dispose();
        string left = Path.Combine(Folder, FormattableString.Invariant($"probe-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}"));
        using (FileLock.TryTake(left))
            new JournalFolder(Folder).RequireRoom();
        Open().Dispose();
        Assert.Equal(["checkpoints", "journal.jsonl", "journal.lock"], Directory.GetFileSystemEntries(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_first_line_that_is_torn_at_any_byte_begins_again()
    {
        Open().Dispose();
        byte[] whole = File.ReadAllBytes(Lines);
        for (int length = 0; length < whole.Length - 1; length++)
        {
            File.WriteAllBytes(Lines, whole[..length]);
            Open().Dispose();
            Assert.Equal(whole, File.ReadAllBytes(Lines));
        }
    }

    [Fact]
    public void A_first_line_that_does_not_say_what_the_rows_hold_is_not_written()
    {
        var header = Header with { Contents = new Dictionary<string, string>() };
        Assert.Equal(
            "The search was cancelled before a trial had ended.",
            Assert.Throws<OperationCanceledException>(() => Open(header)).Message);
        Assert.Empty(File.ReadAllBytes(Lines));
    }

    [Theory]
    [InlineData("{\"event\":\"failed\",\"trial\":0,", "it is not JSON of this format")]
    [InlineData("", "it is not JSON of this format")]
    [InlineData("null", "it is null")]
    [InlineData("{\"event\":\"failed\",\"trial\":0,\"rung\":0,\"error\":\"x\",\"more\":1}", "it is not JSON of this format")]
    [InlineData("{\"event\":\"other\",\"trial\":0}", "it is not JSON of this format")]
    [InlineData("{\"event\":2,\"trial\":0,\"error\":\"x\"}", "it is not JSON of this format")]
    [InlineData("{\"trial\":0,\"error\":\"x\"}", "it is not JSON of this format")]
    [InlineData("{\"event\":\"failed\",\"trial\":-1,\"error\":\"x\"}", "the number of the trial is negative")]
    [InlineData("{\"event\":\"failed\",\"trial\":0}", "it has no error")]
    [InlineData("{\"event\":\"finished\",\"trial\":0,\"seconds\":1}", "it has no values")]
    [InlineData("{\"event\":\"finished\",\"trial\":0,\"values\":{}}", "it has no seconds")]
    [InlineData("{\"event\":\"started\",\"trial\":0,\"worker\":1}", "it has no parameters")]
    [InlineData("{\"event\":\"started\",\"trial\":0,\"parameters\":{}}", "it names no worker")]
    [InlineData("{\"event\":\"finished\",\"trial\":0,\"values\":{},\"seconds\":1}", "it names no worker")]
    [InlineData("{\"event\":\"failed\",\"trial\":0,\"error\":\"x\"}", "it names no worker")]
    [InlineData("{\"event\":\"released\",\"trial\":0}", "it names no worker")]
    [InlineData("{\"event\":\"test\",\"trial\":0,\"values\":{}}", "it has no time")]
    public void A_damaged_line_is_named_with_the_remedy(string line, string fault)
    {
        using (FileJournal journal = Open())
            Append(journal, Failure(0));
        JournalText.MakeOlder(Lines);
        File.AppendAllText(Lines, $"{line}\n");
        Assert.Equal(
            $"Line 3 of '{Lines}' is damaged: {fault}. Restore the file from a copy; or delete this line and all after it, and the search goes on "
            + "from the trials before it.",
            Assert.Throws<InvalidDataException>(Open).Message);
    }

    [Fact]
    public void Another_version_is_refused()
    {
        Open().Dispose();
        JournalText.MakeOlder(Lines);
        File.WriteAllText(Lines, File.ReadAllText(Lines).Replace("\"version\":2", "\"version\":4", StringComparison.Ordinal));
        var exception = Assert.Throws<InvalidDataException>(Open);
        Assert.Equal(
            $"Line 1 of '{Lines}' is damaged: its version is 4 but this library reads 1 to 3. "
            + "Restore the file from a copy, or use an empty folder.",
            exception.Message);
    }

    [Fact]
    public void The_folder_of_another_search_is_refused_and_left_as_it_is()
    {
        Open().Dispose();
        byte[] before = File.ReadAllBytes(Lines);
        var other = Header with { Search = new Dictionary<string, string> { ["space"] = "X", ["objective"] = "minimize y" } };
        Assert.Equal(
            $"The folder '{Folder}' holds another search: its objective is maximize y but here it is minimize y. "
            + "Name another folder, or delete it to begin again.",
            Assert.Throws<InvalidOperationException>(() => Open(other)).Message);
        Assert.Equal(
            $"The folder '{Folder}' holds another search: its seed is 7 but here it is 8. Name another folder, or delete it to begin again.",
            Assert.Throws<InvalidOperationException>(() => Open(Header, 8)).Message);
        Assert.Equal(before, File.ReadAllBytes(Lines));
        Assert.Empty(Directory.GetFiles(Folder, "worker-*"));
    }

    [Fact]
    public void Workers_live_until_they_are_disposed_and_never_share_a_number()
    {
        FileJournal first = Open(), second = Open();
        Assert.Equal((1, 2), (first.Worker, second.Worker));
        Assert.True(first.IsAlive(1));
        Assert.True(first.IsAlive(2));
        Append(second, new JournalEvent { Event = JournalEventKind.Started, Trial = 0, Worker = second.Worker, Parameters = Parameters });
        second.Dispose();
        Assert.False(first.IsAlive(2));
        using FileJournal third = Open();
        Assert.Equal(3, third.Worker);
        first.Dispose();
    }

    [Fact]
    public void The_file_of_a_worker_that_was_killed_is_known_to_be_nobodys()
    {
        using FileJournal journal = Open();
        File.WriteAllText(Path.Combine(Folder, "worker-9.lock"), "");
        Assert.False(journal.IsAlive(9));
        Assert.False(File.Exists(Path.Combine(Folder, "worker-9.lock")));
    }

    [Fact]
    public void Two_see_what_the_other_adds_in_the_same_order()
    {
        List<int> here = [], there = [];
        using FileJournal first = new(Folder, Header, null, entry => () => here.Add(entry.Trial), TimeProvider.System, default);
        using FileJournal second = new(Folder, Header, null, entry => () => there.Add(entry.Trial), TimeProvider.System, default);
        Append(first, Failure(4));
        Append(second, Failure(5), Failure(6));
        Append(first, Failure(7));
        Append(second);
        Assert.Equal([4, 5, 6, 7], here);
        Assert.Equal(here, there);
    }

    [Fact]
    public void A_lock_that_nobody_lets_go_of_is_an_error_after_a_minute()
    {
        Open().Dispose();
        string path = Path.Combine(Folder, "journal.lock");
        using FileStream held = FileLock.TryTake(path)!;
        var exception = Assert.Throws<IOException>(() => FileLock.Take(path, new JumpingClock(), default));
        Assert.Equal(
            $"'{path}' could not be locked for 60 seconds, although processes hold it only for a moment; see that the folder can be written to and "
            + "lies on a file system that locks files, and that no process is suspended that uses it.",
            exception.Message);
        Assert.Contains(path, Assert.IsType<IOException>(exception.InnerException).Message, StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => FileLock.Take(path, TimeProvider.System, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_for_another_reason_is_an_error_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Not everybody may make links there.");
        string path = _directory.PathOf("loop");
        File.CreateSymbolicLink(path, path);
        Assert.Contains(path, Assert.Throws<IOException>(() => FileLock.Take(path, TimeProvider.System, default)).Message, StringComparison.Ordinal);
        using FileJournal journal = Open();
        File.CreateSymbolicLink(Path.Combine(Folder, "worker-8.lock"), Path.Combine(Folder, "worker-8.lock"));
        Assert.Throws<IOException>(() => journal.IsAlive(8));
    }

    [Fact]
    public void An_event_that_could_not_be_read_again_is_not_written()
    {
        using (FileJournal journal = Open())
        {
            Append(journal, Failure(0));
            byte[] before = File.ReadAllBytes(Lines);
            Assert.Equal(
                "An event of the search was not written down, for it could not be read again: it has no error.",
                Assert.Throws<InvalidOperationException>(
                    () => Append(journal, new JournalEvent { Event = JournalEventKind.Failed, Trial = 1, Worker = 1 })).Message);
            Assert.Equal(before, File.ReadAllBytes(Lines));
            Append(journal, Failure(2));
        }

        using FileJournal strict = new(
            Folder, Header, null, entry => entry.Trial < 3 ? () => { } : throw new InvalidDataException("Too many."), TimeProvider.System, default);
        Assert.Equal(
            "An event of the search was not written down, for it could not be read again: Too many.",
            Assert.Throws<InvalidOperationException>(() => Append(strict, Failure(3))).Message);
        _learned.Clear();
        Open().Dispose();
        Assert.Equal([0, 2], _learned.Select(entry => entry.Trial));
    }

    [Fact]
    public void A_number_is_not_given_twice_though_its_worker_did_nothing_and_its_file_is_gone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file that is locked cannot be deleted there.");
        using FileJournal first = Open();
        File.Delete(Path.Combine(Folder, "worker-1.lock"));
        using FileJournal second = Open();
        Assert.Equal(2, second.Worker);
        second.Dispose();
        using FileJournal third = Open();
        Assert.Equal(3, third.Worker);
        Assert.False(third.IsAlive(1));
        // What it does shows that it is.
        Append(first, Failure(0));
        Assert.True(third.IsAlive(1));
    }

    [Fact]
    public void Leaving_a_folder_that_is_in_use_is_no_error_and_its_file_is_deleted_by_the_next()
    {
        using (var journal = new FileJournal(Folder, Header, null, entry => () => { }, new JumpingClock(), default))
        {
            using FileStream held = FileLock.TryTake(Path.Combine(Folder, "journal.lock"))!;
            journal.Dispose();
        }

        using FileJournal next = Open();
        Assert.Equal(["worker-2.lock"], Directory.GetFiles(Folder, "worker-*").Select(Path.GetFileName));
    }

    [Fact]
    public void Leaving_a_folder_that_is_gone_is_no_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file that is locked cannot be deleted there.");
        FileJournal journal = Open();
        Directory.Delete(Folder, recursive: true);
        journal.Dispose();
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void Numbers_of_rows_differ_only_where_both_are_known()
    {
        JournalHeader known = Header with { Rows = new Dictionary<string, long> { ["train"] = 200, ["dev"] = 100 } };
        Assert.Null(known.FindDifference(Header, null));
        Assert.Null(Header.FindDifference(known, null));
        Assert.Null(known.FindDifference(known with { Rows = new Dictionary<string, long> { ["dev"] = 100 } }, null));
        Assert.Equal(
            "it has 100 dev rows but here there are 90",
            known.FindDifference(known with { Rows = new Dictionary<string, long> { ["dev"] = 90 } }, null));
    }

    [Fact]
    public void A_file_that_becomes_shorter_is_an_error()
    {
        using FileJournal journal = Open();
        Append(journal, Failure(0));
        long length = new FileInfo(Lines).Length;
        File.WriteAllText(Lines, "");
        Assert.Equal(
            $"'{Lines}' has become shorter while it was in use: it has 0 bytes, but {length} were read before. "
            + "Restore the file from a copy, or use an empty folder.",
            Assert.Throws<InvalidDataException>(() => Append(journal, Failure(1))).Message);
    }

    private static void Append(FileJournal journal, params JournalEvent[] events) => journal.Exclusively(
        append =>
        {
            foreach (JournalEvent entry in events)
                append(entry);
            return 0;
        },
        CancellationToken.None);

    private static JournalEvent Failure(int trial) => new() { Event = JournalEventKind.Failed, Trial = trial, Worker = 1, Error = "broken" };

    private static OrderedDictionary<string, double> Values(double first, double second) => new() { ["first"] = first, ["latency ms"] = second };

    private static IEnumerable<string> Written(IEnumerable<JournalEvent> events) =>
        events.Select(entry => Encoding.UTF8.GetString(JournalJson.Write(entry)));

    private FileJournal Open() => Open(Header);

    private FileJournal Open(JournalHeader header, int? seed = null) =>
        new(Folder, header, seed, entry => () => _learned.Add(entry), TimeProvider.System, default);

    private sealed class JumpingClock : TimeProvider
    {
        private long _time;

        public override long GetTimestamp() => _time += TimestampFrequency * 25;
    }
}
