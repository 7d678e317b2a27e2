namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// A file in which a training saves its state, so that it can be stopped at any time, even by kill -9, and resumed. The network and the
/// records of all epochs of a resumed training equal those of an uninterrupted training, to the last bit.
/// </summary>
/// <remarks>
/// The file is written under another name in the same folder and renamed when it is complete, so there is always a readable file. If it cannot be
/// written later, for example on a full disk, the previous file stays, training continues with one warning
/// (<see cref="ITrainingCallback.OnWarning"/>, <see cref="History.Warnings"/>), and the next write is tried again. A folder that is not writable
/// when training begins is an error. A training locks the file FILE.lock next to it; another training, also in another process, that uses the same
/// file is an error. FILE.lock remains after the training. The records of the first epochs of a long training are in a separate file, FILE.epochs,
/// which belongs to the checkpoint.
/// <para>
/// If the file exists when training begins, training resumes from it. It must have been written by a training of the same network with
/// the same initial weights, data (for streams: the same targets and weights of rows) and options, otherwise that is an error. A
/// custom schedule is compared by its <c>ToString()</c>. The file is written once more when training ends, so that running the same training again
/// returns its result. Delete the file to train from the beginning. Warnings are not stored: <see cref="History.Warnings"/> has the warnings
/// since training resumed.
/// </para>
/// </remarks>
/// <param name="Path">The file. Its folder must exist. A relative path is resolved in the constructor.</param>
public sealed record Checkpoint(string Path)
{
    /// <summary>The file, as an absolute path.</summary>
    public string Path { get; init => field = Resolve(value); } = Resolve(Path);

    /// <summary>The number of epochs between two writes, at least 1. Default 1.</summary>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>
    /// The time between two additional writes, also within an epoch; above 0. Null (default) for none.
    /// </summary>
    public TimeSpan? Every { get; init; }

    /// <summary>
    /// True if training continues when the file cannot be used at its start: a file that is damaged, or of another training, is replaced, and
    /// if the file is in use or not writable, there is no checkpoint; callbacks get a warning. Default false: that is an error.
    /// </summary>
    public bool IsBestEffort { get; init; }

    internal void Validate()
    {
        if (string.IsNullOrEmpty(Path))
            throw new ArgumentException("Path of a Checkpoint is empty; name the file to write.", nameof(Path));
        if (EveryEpochs < 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"EveryEpochs of a Checkpoint must be at least 1 but is {EveryEpochs}; use null as Checkpoint for no checkpoint."), nameof(EveryEpochs));
        }

        if (Every is { } time && time <= TimeSpan.Zero)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Every of a Checkpoint must be above 0 but is {time}; use null to write only after epochs."), nameof(Every));
        }

        if (!IsBestEffort)
            FolderCheck.Require(Path, "checkpoint", nameof(Path));
    }

    // An empty path is rejected with the other values.
    private static string Resolve(string path) => string.IsNullOrEmpty(path) ? path : System.IO.Path.GetFullPath(path);
}
