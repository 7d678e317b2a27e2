namespace MLNet.DeepExt.Search.Journals;

/// <summary>
/// A journal in a folder, which outlives the process and which several processes share: <c>journal.jsonl</c>, a line of JSON for each
/// event; <c>journal.lock</c>, locked while one of them reads, decides and writes; and for each of them <c>worker-N.lock</c>, locked for as
/// long as it lives, so that what a dead one had begun is known to be nobody's.
/// </summary>
internal sealed class FileJournal : Journal
{
    private readonly JournalFolder _folder;
    private readonly JournalFile _file;
    private readonly TimeProvider _clock;
    private readonly Action<JournalEvent> _learn;
    private readonly FileStream _life;
    private int _seed;

    /// <summary>Joins the search of a folder, or begins it.</summary>
    /// <param name="path">The folder; it is created where there is none.</param>
    /// <param name="header">Which search it is; its seed is taken where the search begins here.</param>
    /// <param name="seed">The seed that it must have; null for any.</param>
    /// <param name="learn">Is given every event, in order; may say that one cannot be by an <see cref="InvalidDataException"/>.</param>
    /// <param name="clock">How long waiting takes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidOperationException">The folder holds another search.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged.</exception>
    public FileJournal(
        string path, JournalHeader header, int? seed, Action<JournalEvent> learn, TimeProvider clock, CancellationToken cancellationToken)
    {
        _folder = new JournalFolder(path);
        _file = new JournalFile(_folder.Journal);
        _learn = learn;
        _clock = clock;
        _seed = header.Seed;
        Directory.CreateDirectory(_folder.Checkpoints);
        using FileStream held = FileLock.Take(_folder.Lock, clock, cancellationToken);
        int workers = 0;
        if (!_file.Read(line => Admit(JournalJson.ReadHeader(line), header, seed), line => workers = Math.Max(workers, Learn(line).Worker ?? 0)))
            _file.Append(JournalJson.Write(header));
        Worker = _folder.Workers().Append(workers).Max() + 1;
        // Files of those that were killed.
        foreach (int worker in _folder.Workers().ToArray())
            IsAlive(worker);
        _life = FileLock.TryTake(_folder.WorkerLock(Worker))
            ?? throw new IOException($"'{_folder.WorkerLock(Worker)}' could not be locked; see that nobody else uses the folder.");
    }

    public override int Seed => _seed;

    public override int Worker { get; }

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

        File.Delete(path);
        return false;
    }

    public override void Dispose()
    {
        _life.Dispose();
        File.Delete(_folder.WorkerLock(Worker));
    }

    private protected override T Run<T>(Func<Action<JournalEvent>, T> decide, CancellationToken cancellationToken)
    {
        using FileStream held = FileLock.Take(_folder.Lock, _clock, cancellationToken);
        _file.Read(_ => { }, line => Learn(line));
        return decide(entry =>
        {
            _file.Append(JournalJson.Write(entry));
            _learn(entry);
        });
    }

    private void Admit(JournalHeader found, JournalHeader header, int? seed)
    {
        if (found.FindDifference(header, seed) is { } difference)
        {
            throw new InvalidOperationException(
                $"The folder '{_folder.Path}' holds another search: {difference}. Name another folder, or delete it to begin anew.");
        }

        _seed = found.Seed;
    }

    private JournalEvent Learn(ReadOnlySpan<byte> line)
    {
        JournalEvent entry = JournalJson.ReadEvent(line);
        _learn(entry);
        return entry;
    }
}
