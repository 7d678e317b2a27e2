namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>A folder can be taken in at a glance.</summary>
internal static class FolderSize
{
    private const int MostFiles = 25;

    /// <summary>Lists the folders of more than 25 C# files, those of folders in it not counted.</summary>
    /// <param name="files">Paths relative to the root, with forward slashes.</param>
    public static IEnumerable<string> Violations(IEnumerable<string> files) =>
        from folder in files.GroupBy(path => path[..path.LastIndexOf('/')])
        where folder.Count() > MostFiles
        orderby folder.Key
        select $"{folder.Key}/ holds {folder.Count()} files; {MostFiles} are the limit, so divide it into folders by what the files are for";
}
