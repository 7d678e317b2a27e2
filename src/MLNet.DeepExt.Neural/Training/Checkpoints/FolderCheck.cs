namespace MLNet.DeepExt.Neural.Training;

/// <summary>Detects before a training that the folder of one of its files does not exist.</summary>
internal static class FolderCheck
{
    /// <summary>
    /// Throws an <see cref="ArgumentException"/> if the folder of a file does not exist, or the path is a folder.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="what">The kind of file, such as "checkpoint", for the message.</param>
    /// <param name="parameter">The name of the parameter, or the option, that is the path.</param>
    public static void Require(string path, string what, string parameter)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new ArgumentException($"The folder of the {what} '{path}' does not exist; create it first.", parameter);
        if (Directory.Exists(path))
            throw new ArgumentException($"The {what} '{path}' is a folder; name a file in it.", parameter);
    }
}
