using System.IO.Compression;

namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>Finds files of a data set, plain or compressed.</summary>
internal static class DataFile
{
    /// <summary>The first of these names that is in the folder or one of its named subfolders, with or without .gz; null if none is.</summary>
    public static string? Find(string folder, string[] subfolders, params string[] names) =>
        (from place in subfolders.Prepend("")
         from name in names
         from ending in new[] { "", ".gz" }
         select Path.Combine(folder, place, name + ending)).FirstOrDefault(File.Exists);

    public static Stream Open(string path)
    {
        Stream file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
