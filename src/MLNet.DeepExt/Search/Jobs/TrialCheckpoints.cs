using System.Globalization;

namespace MLNet.DeepExt.Search;

/// <summary>The files from which networks of trials go on.</summary>
/// <param name="folder">Their folder; null for none, where networks write nothing down and go on from nothing.</param>
internal sealed class TrialCheckpoints(string? folder)
{
    private const string NamePrefix = "trial-";

    /// <summary>What the names of the files of a trial begin with.</summary>
    public string? PrefixOf(int trial) => folder is null ? null : Path.Combine(folder, NameOf(trial));

    /// <summary>A text that changes when the files of a trial do; null if there are none or it is unknown.</summary>
    public string? MarkOf(int trial)
    {
        string? mark = null;
        if (folder is not null)
        {
            Try(() => mark = string.Join(", ", FilesOf(trial)
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
        foreach (FileInfo file in FilesOf(trial))
            Try(file.Delete);
    }

    /// <summary>Deletes the files of all trials but some, as of one by <see cref="Delete"/>, in one pass over the folder.</summary>
    /// <param name="isNeeded">Whether those of a trial stay.</param>
    public void DeleteAll(Predicate<int> isNeeded)
    {
        if (folder is null)
            return;
        Try(() =>
        {
            foreach (string file in Directory.GetFiles(folder, $"{NamePrefix}*"))
            {
                string number = Path.GetFileName(file)[NamePrefix.Length..].Split('-')[0];
                if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int trial) && !isNeeded(trial))
                    Try(() => File.Delete(file));
            }
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

    // They are numbered from 1. Going over the whole folder for each of many trials would take long.
    private IEnumerable<FileInfo> FilesOf(int trial)
    {
        for (int number = 1; folder is not null; number++)
        {
            var file = new FileInfo(FormattableString.Invariant($"{PrefixOf(trial)}-{number}.checkpoint"));
            if (!file.Exists)
                yield break;
            // Those of the networks of an ensemble are numbered from 2.
            for (int network = 2; file.Exists; network++)
            {
                yield return file;
                file = new FileInfo(FormattableString.Invariant($"{PrefixOf(trial)}-{number}.checkpoint.{network}"));
            }
        }
    }

    private static string NameOf(int trial) => FormattableString.Invariant($"{NamePrefix}{trial}");
}
