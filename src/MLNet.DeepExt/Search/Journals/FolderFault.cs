namespace MLNet.DeepExt.Search.Journals;

/// <summary>Says in words why the folder of a search cannot be used, and what to do.</summary>
internal static class FolderFault
{
    // HRESULTs of Windows; elsewhere exceptions have the number of the system's error, ENOSPC, EDQUOT and EROFS here.
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsWriteProtected = unchecked((int)0x80070013);
    private const int NoSpace = 28, LinuxQuota = 122, BsdQuota = 69, ReadOnlySystem = 30;

    // Of an exception that .NET did not make of an error of the system: it has its words already.
    private const int Worded = unchecked((int)0x80131620);

    /// <summary>Does something with a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="act">What is done.</param>
    /// <param name="isUsed">Whether it is in use, so that it was there.</param>
    /// <exception cref="IOException">It could not be, with the reason and the remedy; within it is what .NET said.</exception>
    public static T Explained<T>(string folder, Func<T> act, bool isUsed = true)
    {
        try
        {
            return act();
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException { HResult: not Worded })
        {
            throw new IOException(Describe(folder, exception, isUsed), exception);
        }
    }

    /// <summary>Makes a folder for temporary files.</summary>
    /// <exception cref="IOException">It could not be made, with the reason and the remedy.</exception>
    public static DirectoryInfo CreateTemporary()
    {
        try
        {
            return Directory.CreateTempSubdirectory("search-");
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw OfTemporary(exception);
        }
    }

    /// <summary>Says that the folder for temporary files cannot be used.</summary>
    public static IOException OfTemporary(Exception exception) => new(
        $"The folder for temporary files, '{Path.GetTempPath()}', cannot be used: {exception.Message.TrimEnd('.')}. Free space in it and permit "
        + $"this user to write to it; or name another in the environment variable {(OperatingSystem.IsWindows() ? "TMP" : "TMPDIR")}, or a Folder "
        + "of the search.",
        exception);

    private static string Describe(string folder, Exception exception, bool isUsed)
    {
        string said = exception.Message.TrimEnd('.');
        return exception switch
        {
            _ when File.Exists(folder) => $"The folder '{folder}' of the search is a file; name a folder, or one that does not exist yet.",
            _ when FileAbove(folder) is { } file => $"The folder '{folder}' of the search cannot be, for '{file}' is a file; name another folder.",
            FileNotFoundException or DirectoryNotFoundException when !isUsed =>
                $"The folder '{folder}' of the search cannot be created: {said}. See that its drive or mount is there, or name another folder.",
            FileNotFoundException or DirectoryNotFoundException =>
                $"The folder '{folder}' of the search, or a part of it, is not there any more: {said}. It was moved or deleted while in use; "
                + "restore it, or name another folder.",
            _ when IsFull(exception) =>
                $"The disk of the folder '{folder}' of the search is full: {said}. Free space on it, or name a folder on another disk.",
            _ when IsReadOnly(exception) =>
                $"The folder '{folder}' of the search lies on a file system that cannot be written to: {said}. Name a folder on another one.",
            UnauthorizedAccessException =>
                $"The folder '{folder}' of the search cannot be used by this user: {said}. Permit this user to read and to write the folder and "
                + "its files, or name another folder.",
            _ => $"The folder '{folder}' of the search cannot be used: {said}. See that it can be read and written to, or name another folder.",
        };
    }

    private static string? FileAbove(string folder)
    {
        string? above = Path.GetDirectoryName(folder);
        while (above is not null && !File.Exists(above))
            above = Path.GetDirectoryName(above);
        return above;
    }

    private static bool IsFull(Exception exception) => OperatingSystem.IsWindows()
        ? exception.HResult is WindowsDiskFull or WindowsHandleDiskFull
        : exception.HResult == NoSpace || exception.HResult == (OperatingSystem.IsLinux() ? LinuxQuota : BsdQuota);

    private static bool IsReadOnly(Exception exception) => OperatingSystem.IsWindows()
        ? exception.HResult == WindowsWriteProtected
        : exception.HResult == ReadOnlySystem;
}
