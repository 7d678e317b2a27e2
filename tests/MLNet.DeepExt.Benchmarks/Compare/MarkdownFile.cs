namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>A page whose tables a program writes, between two marks, and whose text people write.</summary>
internal static class MarkdownFile
{
    public const string Beginning = "<!-- measured -->", End = "<!-- end -->";

    /// <summary>Why tables cannot be written to this page without destroying what people wrote; null if they can.</summary>
    public static string? Objection(string path)
    {
        if (!File.Exists(path))
            return null;
        string page = File.ReadAllText(path);
        return IsOnce(page, Beginning) && IsOnce(page, End) && page.IndexOf(End, StringComparison.Ordinal) > FirstToReplace(page)
            ? null
            : $"--markdown names {path}, which exists but does not have {Beginning} and then {End}, each once; "
                + "add both lines around the place for the tables, or name a new file.";
    }

    /// <summary>Replaces what stands between the marks; writes a new page, with marks, where there is none.</summary>
    public static void Write(string path, string tables)
    {
        string page = File.Exists(path) ? File.ReadAllText(path) : $"{Beginning}\n{End}\n";
        string lineEnd = page.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        string middle = $"\n\n{tables}\n".ReplaceLineEndings(lineEnd);
        File.WriteAllText(path, page[..FirstToReplace(page)] + middle + page[page.IndexOf(End, StringComparison.Ordinal)..]);
    }

    private static int FirstToReplace(string page) => page.IndexOf(Beginning, StringComparison.Ordinal) + Beginning.Length;

    private static bool IsOnce(string page, string mark) =>
        page.IndexOf(mark, StringComparison.Ordinal) is >= 0 and int first && page.LastIndexOf(mark, StringComparison.Ordinal) == first;
}
