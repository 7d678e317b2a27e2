namespace MLNet.DeepExt.Search.Journals;

/// <summary>Where the files of a journal are.</summary>
internal sealed class JournalFolder(string path)
{
    private const string WorkerPrefix = "worker-", LockEnding = ".lock", ProbePrefix = "probe-";
    private const int Room = 4096; // bytes, for a few lines

    public string Path => path;

    public string Journal => System.IO.Path.Combine(path, "journal.jsonl");

    public string Lock => System.IO.Path.Combine(path, "journal" + LockEnding);

    public string Checkpoints => System.IO.Path.Combine(path, "checkpoints");

    public string WorkerLock(int worker) =>
        System.IO.Path.Combine(path, FormattableString.Invariant($"{WorkerPrefix}{worker}{LockEnding}"));

    /// <summary>Tries whether the folder, where there is one, can be written to and has room.</summary>
    /// <exception cref="IOException">It cannot, or it is a file.</exception>
    public void RequireRoom() => FolderFault.Explained(
        path,
        () =>
        {
            // What does not exist yet is made once it is known that there is a search to write down.
            if (!Directory.Exists(path) && !File.Exists(path))
                return 0;
            // Processes of other machines and containers may have the same number.
            string probe = System.IO.Path.Combine(path, $"{ProbePrefix}{Guid.NewGuid():N}");
            using var stream = new FileStream(
                probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            stream.Write(new byte[Room]);
            stream.Flush(flushToDisk: true);
            return 0;
        },
        isUsed: false);

    /// <summary>The files that <see cref="RequireRoom"/> wrote, of processes that were killed meanwhile or are at it.</summary>
    public string[] Probes() => Directory.GetFiles(path, $"{ProbePrefix}*");

    /// <summary>The numbers of workers that have a file, whether they live or not.</summary>
    public IEnumerable<int> Workers()
    {
        foreach (string file in Directory.EnumerateFiles(path, $"{WorkerPrefix}*{LockEnding}"))
        {
            ReadOnlySpan<char> name = System.IO.Path.GetFileName(file.AsSpan());
            if (int.TryParse(
                name[WorkerPrefix.Length..^LockEnding.Length],
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out int worker))
            {
                yield return worker;
            }
        }
    }
}
