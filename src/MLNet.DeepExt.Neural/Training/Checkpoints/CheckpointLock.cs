namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Locks a checkpoint for one training at a time, within this process and between processes: a file next to it that is open while the training runs.
/// The operating system releases it when the process ends in any way.
/// </summary>
/// <remarks>
/// The file is not deleted. If its holder deleted it, another training could hold the lock of the deleted file while a third one locks a new
/// file of the same name.
/// </remarks>
internal sealed class CheckpointLock : IDisposable
{
    // HRESULTs of Windows; elsewhere exceptions have the number of the system's error, EWOULDBLOCK here.
    private const int SharingViolation = unchecked((int)0x80070020), LockViolation = unchecked((int)0x80070021);
    private const int LinuxWouldBlock = 11, BsdWouldBlock = 35;

    private readonly FileStream _file;

    private CheckpointLock(FileStream file) => _file = file;

    /// <summary>Acquires the lock, and tests whether the folder is writable.</summary>
    /// <param name="checkpoint">The path of the checkpoint.</param>
    /// <exception cref="InvalidOperationException">Another training holds the lock.</exception>
    /// <exception cref="IOException">The folder cannot be written to, or the disk is full.</exception>
    public static CheckpointLock Take(string checkpoint)
    {
        try
        {
            var file = new FileStream(checkpoint + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            try
            {
                CheckpointFile.RequireWritable(checkpoint);
            }
            catch
            {
                file.Dispose();
                throw;
            }

            return new CheckpointLock(file);
        }
        catch (IOException exception) when (IsOfAnother(exception))
        {
            throw new InvalidOperationException(
                $"The checkpoint '{checkpoint}' is in use by another training, of this process or of another one; "
                + "wait for its end, or give each training a separate file.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The checkpoint '{checkpoint}' cannot be written: {exception.Message.TrimEnd('.')}. "
                + "Make room on the disk, allow writing to the folder, or name another file.",
                exception);
        }
    }

    public void Dispose() => _file.Dispose();

    private static bool IsOfAnother(IOException exception) => OperatingSystem.IsWindows()
        ? exception.HResult is SharingViolation or LockViolation
        : exception.HResult == (OperatingSystem.IsLinux() ? LinuxWouldBlock : BsdWouldBlock);
}
