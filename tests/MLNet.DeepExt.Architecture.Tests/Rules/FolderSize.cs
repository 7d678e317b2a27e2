namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>A folder can be taken in at a glance.</summary>
internal static class FolderSize
{
    private const int MostFiles = 25;

    // Their files are still being put together; they are divided once it is settled which remain.
    private static readonly Dictionary<string, int> Larger = new()
    {
        ["src/MLNet.DeepExt/Evaluation"] = 39,
        ["src/MLNet.DeepExt/Selection"] = 31,
    };

    /// <summary>Lists the folders of more than 25 C# files, those of folders in it not counted.</summary>
    /// <param name="files">Paths relative to the root, with forward slashes.</param>
    public static IEnumerable<string> Violations(IEnumerable<string> files) =>
        from folder in files.GroupBy(path => path[..path.LastIndexOf('/')])
        let most = Larger.GetValueOrDefault(folder.Key, MostFiles)
        where folder.Count() > most
        orderby folder.Key
        select $"{folder.Key}/ holds {folder.Count()} files; {most} are the limit, so divide it into folders by what the files are for";
}
