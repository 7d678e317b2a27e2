namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// A file that a training saves its state to, so that it can be ended at any time, even by kill -9, and go on from there. The network and the
/// figures of all epochs are, to the last bit, those of a training that was not interrupted.
/// </summary>
/// <remarks>
/// The file is written under another name beside it and renamed when it is whole, so that there is always one that can be read. If it cannot
/// be written, on a full disk, say, the one before stays, training goes on with one warning (<see cref="ITrainingCallback.OnWarning"/>,
/// <see cref="History.Warnings"/>), and the next write is tried again; a folder that cannot be written to when training begins is an error.
/// A file belongs to one training at a time, which locks the file FILE.lock beside it; another training, also of another process, is refused.
/// FILE.lock stays when training is over. The records of the first epochs of a long training are in a file of their own, FILE.epochs, which
/// belongs to the checkpoint.
/// <para>
/// Where the file exists when training begins, training goes on from it; it must have been written by a training of the same network, from
/// the same weights on, of the same data (of streams: the same targets and weights of rows) and options, else that is an error; a
/// schedule of your own is known by its <c>ToString()</c>. It is written once more when training ends, so that the same training again
/// returns its result. Delete the file to train from the beginning. Warnings are not in the file: <see cref="History.Warnings"/> has those
/// since training went on.
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
    /// Whether training goes on if the file cannot be used when training begins: a file that is damaged, or of another training, is replaced, and
    /// training writes no checkpoint if the file is in use or cannot be written; there is a warning to callbacks. Default false: that is an error.
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
