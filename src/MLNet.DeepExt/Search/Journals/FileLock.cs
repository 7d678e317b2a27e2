namespace MLNet.DeepExt.Search.Journals;

/// <summary>
/// A file that one process, or one object within a process, has to itself; the system frees it when the process ends, however it does.
/// </summary>
internal static class FileLock
{
    /// <summary>For how long a lock is waited for that is held for milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int ShortestWait = 1, LongestWait = 50; // milliseconds

    /// <summary>Takes it; null where another has it.</summary>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException))
        {
            return null;
        }
    }

    /// <summary>Waits until it can be taken.</summary>
    /// <exception cref="IOException">It could not be taken for <see cref="Patience"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static FileStream Take(string path, TimeProvider clock, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        for (int wait = ShortestWait; ; wait = Math.Min(2 * wait, LongestWait))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(path) is { } stream)
                return stream;
            if (clock.GetElapsedTime(start) >= Patience)
            {
                throw new IOException(FormattableString.Invariant(
                    $"'{path}' could not be locked for {Patience.TotalSeconds} seconds, though nobody holds it for longer than an instant; ")
                    + "see that the folder can be written to and lies on a file system that locks files, and that no process is suspended "
                    + "that uses it.");
            }

            cancellationToken.WaitHandle.WaitOne(wait);
        }
    }
}
