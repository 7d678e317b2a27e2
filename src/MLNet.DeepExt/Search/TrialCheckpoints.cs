namespace MLNet.DeepExt.Search;

/// <summary>The files from which networks of trials go on.</summary>
/// <param name="folder">Their folder; null for none, where networks write nothing down and go on from nothing.</param>
internal sealed class TrialCheckpoints(string? folder)
{
    /// <summary>What the names of the files of a trial begin with.</summary>
    public string? PrefixOf(int trial) => folder is null ? null : Path.Combine(folder, NameOf(trial));

    /// <summary>Deletes the files of a trial, where there are any.</summary>
    public void Delete(int trial)
    {
        if (folder is null)
            return;
        foreach (string file in Directory.EnumerateFiles(folder, $"{NameOf(trial)}-*"))
            File.Delete(file);
    }

    private static string NameOf(int trial) => FormattableString.Invariant($"trial-{trial}");
}
