namespace MLNet.DeepExt.Search.Journals;

/// <summary>
/// A file that one process, or one object within a process, has to itself; the system frees it when the process ends, however it does.
/// </summary>
internal static class FileLock
{
    /// <summary>For how long a lock is waited for that is held for milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int ShortestWait = 1, LongestWait = 50; // milliseconds

    // HRESULTs of Windows; elsewhere exceptions have the number of the system's error, EWOULDBLOCK here.
    private const int SharingViolation = unchecked((int)0x80070020), LockViolation = unchecked((int)0x80070021);
    private const int LinuxWouldBlock = 11, BsdWouldBlock = 35;

    /// <summary>Takes it; null where another has it.</summary>
    /// <exception cref="IOException">It cannot be opened, for whatever other reason: the disk is full, say.</exception>
    public static FileStream? TryTake(string path) => TryTake(path, out _);

    /// <summary>Waits until it can be taken; where it can be at once, the token does not matter.</summary>
    /// <exception cref="IOException">It could not be taken for <see cref="Patience"/>, or it cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static FileStream Take(string path, TimeProvider clock, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        for (int wait = ShortestWait; ; wait = Math.Min(2 * wait, LongestWait))
        {
            if (TryTake(path, out IOException? refusal) is { } stream)
                return stream;
            cancellationToken.ThrowIfCancellationRequested();
            if (clock.GetElapsedTime(start) >= Patience)
            {
                throw new IOException(FormattableString.Invariant(
                    $"'{path}' could not be locked for {Patience.TotalSeconds} seconds, although processes hold it only for a moment; ")
                    + "see that the folder can be written to and lies on a file system that locks files, and that no process is suspended "
                    + "that uses it.",
                    refusal);
            }

            cancellationToken.WaitHandle.WaitOne(wait);
        }
    }

    private static FileStream? TryTake(string path, out IOException? refusal)
    {
        refusal = null;
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception) when (IsOfAnother(exception))
        {
            refusal = exception;
            return null;
        }
    }

    private static bool IsOfAnother(IOException exception) => OperatingSystem.IsWindows()
        ? exception.HResult is SharingViolation or LockViolation
        : exception.HResult == (OperatingSystem.IsLinux() ? LinuxWouldBlock : BsdWouldBlock);
}
