namespace MLNet.DeepExt.Neural.Training;

/// <summary>Finds out before a training that a file of it could not be written for want of a folder.</summary>
internal static class FolderCheck
{
    /// <summary>
    /// Throws an <see cref="ArgumentException"/> that says what is wrong, if the folder of a file does not exist, or it is a folder itself.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, as in "The folder of the checkpoint".</param>
    /// <param name="parameter">The name of the parameter, or the option, that is the path.</param>
    public static void Require(string path, string what, string parameter)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new ArgumentException($"The folder of the {what} '{path}' does not exist; make it first.", parameter);
        if (Directory.Exists(path))
            throw new ArgumentException($"The {what} '{path}' is a folder; name a file in it.", parameter);
    }
}
