using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search.Journals;

/// <summary>
/// A journal in a folder, which outlives the process and which several processes share: <c>journal.jsonl</c>, a line of JSON for each
/// event; <c>journal.lock</c>, locked while one of them reads, decides and writes; and for each of them <c>worker-N.lock</c>, locked for as
/// long as it lives, so that what a dead one had begun is known to be free.
/// </summary>
internal sealed class FileJournal : Journal
{
    private readonly JournalFolder _folder;
    private readonly JournalFile _file;
    private readonly TimeProvider _clock;
    private readonly Func<JournalEvent, Action> _prepare;
    private FileStream _life;
    private int _seed;

    /// <summary>Joins the search of a folder, or begins it.</summary>
    /// <param name="path">The folder; it is created where there is none.</param>
    /// <param name="header">
    /// Which search it is; its seed is taken where the search begins here. Without contents, for the rows could not be read before it was
    /// cancelled, it begins none.
    /// </param>
    /// <param name="seed">The seed that it must have; null for any.</param>
    /// <param name="prepare">
    /// Is given every event, in order; says that one cannot be by an <see cref="InvalidDataException"/>, and else returns what learns it.
    /// </param>
    /// <param name="clock">How long waiting takes.</param>
    /// <param name="cancellationToken">Ends the waiting for others.</param>
    /// <param name="open">Opens the file of the lines; <see cref="JournalFile.Open(string, FileMode)"/> if null.</param>
    /// <exception cref="InvalidOperationException">The folder holds another search.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged.</exception>
    /// <exception cref="OperationCanceledException">Waiting was cancelled, or the search would begin here and the header has no contents.</exception>
    /// <exception cref="IOException">The folder cannot be used: it cannot be written to, or does not lock files.</exception>
    public FileJournal(
        string path,
        JournalHeader header,
        int? seed,
        Func<JournalEvent, Action> prepare,
        TimeProvider clock,
        CancellationToken cancellationToken,
        Func<string, FileMode, FileStream>? open = null)
    {
        _folder = new JournalFolder(path);
        _file = new JournalFile(_folder.Journal, open ?? JournalFile.Open);
        _prepare = prepare;
        _clock = clock;
        _seed = header.Seed;
        (Worker, _life) = FolderFault.Explained(path, () => Join(header, seed, cancellationToken), isUsed: false);
    }

    public override int Seed => _seed;

    /// <summary>Whether the folder says which rows the search is on; those of the first version of the format have their numbers at most.</summary>
    public bool KnowsRows { get; private set; } = true;

    public override int Worker { get; }

    private (int Worker, FileStream Life) Join(JournalHeader header, int? seed, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder.Checkpoints);
        using FileStream held = FileLock.Take(_folder.Lock, _clock, cancellationToken);
        RequireLocks();
        // Of those that were killed.
        foreach (string probe in _folder.Probes())
            TryDelete(probe);
        int workers = 0;
        if (!_file.Read(line => Admit(JournalJson.ReadHeader(line), header, seed), line => workers = Math.Max(workers, Learn(line).Worker ?? 0)))
        {
            // Else the search would take any rows from now on.
            if (header.Contents.Count == 0)
                throw new OperationCanceledException("The search was cancelled before a trial had ended.");
            _file.Append(JournalJson.Write(header));
        }

        int own = WorkerNumbers.Next(held, _folder.Workers().Append(workers).Max());
        // Files of those that were killed.
        foreach (int worker in _folder.Workers().ToArray())
            IsAlive(worker);
        return (own, Live(own));
    }

    public override bool IsAlive(int worker)
    {
        if (worker == Worker)
            return true;
        string path = _folder.WorkerLock(worker);
        if (!File.Exists(path))
            return false;
        using (FileStream? taken = FileLock.TryTake(path))
        {
            if (taken is null)
                return true;
        }

        TryDelete(path);
        return false;
    }

    /// <inheritdoc/>
    /// <remarks>Throws nothing: a file that is left behind is deleted by the next who joins.</remarks>
    public override void Leave(CancellationToken cancellationToken)
    {
        try
        {
            using FileStream held = FileLock.Take(_folder.Lock, _clock, cancellationToken);
            _life.Dispose();
            TryDelete(_folder.WorkerLock(Worker));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
        }
        finally
        {
            _life.Dispose();
        }
    }

    private protected override T Run<T>(Func<Action<JournalEvent>, T> decide, CancellationToken cancellationToken) => FolderFault.Explained(
        _folder.Path,
        () =>
        {
            using FileStream held = FileLock.Take(_folder.Lock, _clock, cancellationToken);
            StayAlive();
            _file.Read(_ => true, line => Learn(line));
            return decide(Add);
        });

    private protected override void Learn(JournalEvent entry) => _prepare(entry)();

    // What could not be read again must not be written: the folder could not be opened any more.
    private void Add(JournalEvent entry)
    {
        byte[] line = JournalJson.Write(entry);
        Action learn;
        try
        {
            learn = _prepare(JournalJson.ReadEvent(line));
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidOperationException(
                $"An event of the search was not written down, for it could not be read again: {OptionFault.Repeat(exception).TrimEnd('.')}.",
                exception);
        }

        _file.Append(line);
        learn();
    }

    private void RequireLocks()
    {
        using FileStream? second = FileLock.TryTake(_folder.Lock);
        if (second is not null)
        {
            throw new IOException(
                $"The folder '{_folder.Path}' does not lock files: '{_folder.Lock}' could be locked twice, so processes that share the "
                + "search would not know of each other. Name a folder on a file system that locks files, and see that "
                + "DOTNET_SYSTEM_IO_DISABLEFILELOCKING is not set.");
        }
    }

    private FileStream Live(int worker) => FileLock.TryTake(_folder.WorkerLock(worker))
        ?? throw new IOException($"'{_folder.WorkerLock(worker)}' could not be locked; check that no other program uses the folder.");

    // Somebody may have deleted the file, and others take this worker for dead then.
    private void StayAlive()
    {
        if (!_life.CanRead || File.Exists(_folder.WorkerLock(Worker)))
            return;
        _life.Dispose();
        _life = Live(Worker);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    // Whether its lines must have checksums.
    private bool Admit(JournalHeader found, JournalHeader header, int? seed)
    {
        if (found.FindDifference(header, seed) is { } difference)
        {
            throw new InvalidOperationException(
                $"The folder '{_folder.Path}' holds another search: {difference}. Name another folder, or delete it to begin again.");
        }

        _seed = found.Seed;
        KnowsRows = found.Contents.Count > 0;
        return found.Version >= JournalHeader.FirstWithChecks;
    }

    private JournalEvent Learn(ReadOnlySpan<byte> line)
    {
        JournalEvent entry = JournalJson.ReadEvent(line);
        Learn(entry);
        return entry;
    }
}
