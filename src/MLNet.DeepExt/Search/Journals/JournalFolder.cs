namespace MLNet.DeepExt.Search.Journals;

/// <summary>Where the files of a journal are.</summary>
internal sealed class JournalFolder(string path)
{
    private const string WorkerPrefix = "worker-", LockEnding = ".lock";

    public string Path => path;

    public string Journal => System.IO.Path.Combine(path, "journal.jsonl");

    public string Lock => System.IO.Path.Combine(path, "journal" + LockEnding);

    public string Checkpoints => System.IO.Path.Combine(path, "checkpoints");

    public string WorkerLock(int worker) =>
        System.IO.Path.Combine(path, FormattableString.Invariant($"{WorkerPrefix}{worker}{LockEnding}"));

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
