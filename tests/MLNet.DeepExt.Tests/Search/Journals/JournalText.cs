using System.Text;
using System.Text.RegularExpressions;
using MLNet.DeepExt.Search.Journals;

namespace MLNet.DeepExt.Tests.Search.Journals;

/// <summary>Changes files of journals as others may have.</summary>
internal static partial class JournalText
{
    /// <summary>Takes the checksums away, as the first two versions of the format wrote lines, which tests may then change and add.</summary>
    public static string[] MakeOlder(string path)
    {
        string text = Check().Replace(File.ReadAllText(path), "}").Replace("{\"version\":3,", "{\"version\":2,", StringComparison.Ordinal);
        File.WriteAllText(path, text);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Adds a line with the checksum that fits it, as anybody can who may write to the folder.</summary>
    public static void Append(string path, string json)
    {
        LineCheck check = default;
        foreach (string line in File.ReadAllLines(path))
            check = check.Open(Encoding.UTF8.GetBytes(line), out _);
        check.Seal(Encoding.UTF8.GetBytes(json), out byte[] added);
        File.AppendAllText(path, Encoding.UTF8.GetString(added) + "\n");
    }

    [GeneratedRegex(",\"check\":\"[0-9a-f]{32}\"}")]
    private static partial Regex Check();
}
