namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>A page whose tables a program writes and whose text people write.</summary>
internal static class MarkdownFile
{
    private const string Beginning = "<!-- measured -->\n", End = "<!-- end -->";

    /// <summary>Replaces what stands between the two marks; a file without them is replaced as a whole.</summary>
    public static void Write(string path, string tables)
    {
        string page = File.Exists(path) ? File.ReadAllText(path) : "";
        int from = page.IndexOf(Beginning, StringComparison.Ordinal);
        int to = page.IndexOf(End, StringComparison.Ordinal);
        bool hasMarks = from >= 0 && to > from;
        File.WriteAllText(path, hasMarks ? page[..(from + Beginning.Length)] + "\n" + tables + "\n" + page[to..] : tables);
    }
}
