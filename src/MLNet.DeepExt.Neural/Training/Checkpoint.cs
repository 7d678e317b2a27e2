namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// A file that a training writes itself into now and then, so that it can be ended at any time, even by kill -9, and go on from there: to
/// the last bit as if it had never been interrupted.
/// </summary>
/// <remarks>
/// The file is written under another name beside it and renamed when it is whole, so that there is always one that can be read. If it cannot
/// be written, on a full disk, say, the one before stays, training goes on with one warning (<see cref="ITrainingCallback.OnWarning"/>,
/// <see cref="History.Warnings"/>), and the next write is tried again; a folder that cannot be written to when training begins is an error.
/// A file belongs to one training at a time: another one, also of another process, is refused while the file FILE.lock beside it is held. The
/// records of the first epochs of a long training are in a file of their own, FILE.epochs, which belongs to the checkpoint.
/// <para>
/// Where the file exists when training begins, training goes on from it; it must have been written by a training of the same network, from
/// the same weights on, of the same data (of streams: the same targets and weights of rows) and options, else that is an error; a
/// schedule of your own is known by its <c>ToString()</c>. It is written once more when training ends, so that the same training again
/// returns what it came to. Delete the file to begin anew.
/// </para>
/// </remarks>
/// <param name="Path">The file. Its folder must exist. A relative path is resolved here, once.</param>
public sealed record Checkpoint(string Path)
{
    /// <summary>The file, as an absolute path.</summary>
    public string Path { get; init => field = Resolve(value); } = Resolve(Path);

    /// <summary>After how many epochs the file is written, at least 1. Default 1.</summary>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>
    /// After how much time the file is written beside that, also within an epoch; above 0. Null (the default) does not.
    /// </summary>
    public TimeSpan? Every { get; init; }

    /// <summary>
    /// Whether training goes on without the file where it is of no use when training begins: one of another training, or damaged, is
    /// replaced, and one that is in use or cannot be written is left out, with a warning to callbacks. Default false: that is an error.
    /// </summary>
    public bool IsBestEffort { get; init; }

    internal void Validate()
    {
        if (string.IsNullOrEmpty(Path))
            throw new ArgumentException("Path of a Checkpoint is empty; name the file to write.", nameof(Path));
        if (EveryEpochs < 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"EveryEpochs of a Checkpoint must be at least 1 but is {EveryEpochs}; use null as Checkpoint to write none."), nameof(EveryEpochs));
        }

        if (Every is { } time && time <= TimeSpan.Zero)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Every of a Checkpoint must be above 0 but is {time}; use null to write by epochs alone."), nameof(Every));
        }

        if (!IsBestEffort)
            FolderCheck.Require(Path, "checkpoint", nameof(Path));
    }

    // What is empty is refused with the other values.
    private static string Resolve(string path) => string.IsNullOrEmpty(path) ? path : System.IO.Path.GetFullPath(path);
}
