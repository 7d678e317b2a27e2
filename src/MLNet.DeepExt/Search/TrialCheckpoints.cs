namespace MLNet.DeepExt.Search;

/// <summary>The files from which networks of trials go on.</summary>
/// <param name="folder">Their folder; null for none, where networks write nothing down and go on from nothing.</param>
internal sealed class TrialCheckpoints(string? folder)
{
    /// <summary>What the names of the files of a trial begin with.</summary>
    public string? PrefixOf(int trial) => folder is null ? null : Path.Combine(folder, NameOf(trial));

    /// <summary>A text that changes when the files of a trial do; null where there are none, or nobody can tell.</summary>
    public string? MarkOf(int trial)
    {
        string? mark = null;
        if (folder is not null)
        {
            Try(() => mark = string.Join(", ", new DirectoryInfo(folder).GetFiles($"{NameOf(trial)}-*.checkpoint")
                .OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => FormattableString.Invariant($"{file.Name[NameOf(trial).Length..]} {file.Length} {file.LastWriteTimeUtc.Ticks}"))));
        }

        return mark is "" ? null : mark;
    }

    /// <summary>
    /// Deletes the files of a trial, where there are any and it can be done: somebody may have them open, or have deleted their folder. What is left
    /// takes room and does no harm.
    /// </summary>
    public void Delete(int trial)
    {
        if (folder is null)
            return;
        Try(() =>
        {
            foreach (string file in Directory.GetFiles(folder, $"{NameOf(trial)}-*"))
                Try(() => File.Delete(file));
        });
    }

    /// <summary>Does something with files, if it can be done.</summary>
    public static void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string NameOf(int trial) => FormattableString.Invariant($"trial-{trial}");
}
