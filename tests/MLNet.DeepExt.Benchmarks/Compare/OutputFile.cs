namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>A file that will be written after everything is measured.</summary>
internal static class OutputFile
{
    /// <summary>Why it could not be written; null if it can.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">Its path.</param>
    public static string? Objection(string option, string path)
    {
        bool existed = File.Exists(path);
        try
        {
            using (File.Open(path, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            if (!existed)
                File.Delete(path);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"{option} names '{path}', which cannot be written; name a file in a folder that exists and may be written to. "
                + exception.Message;
        }
    }
}
