using System.IO.Compression;

namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>Finds and opens files of a data set, plain or compressed.</summary>
internal static class DataFile
{
    private const string Compressed = ".gz";

    /// <summary>Where files may be: the folder, then its direct subfolders by name.</summary>
    public static IEnumerable<string> Places(string folder) =>
        Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Prepend(folder);

    /// <summary>The file of that name, or with .gz; null if there is none.</summary>
    public static string? Find(string place, string name) =>
        new[] { name, name + Compressed }.Select(file => Path.Combine(place, file)).FirstOrDefault(File.Exists);

    /// <summary>The first file, by name, that has this beginning and this ending, or the ending with .gz; null if there is none.</summary>
    public static string? Find(string place, string beginning, string ending) =>
        (from path in Directory.GetFiles(place, beginning + "*").Order(StringComparer.Ordinal)
         where path.EndsWith(ending, StringComparison.Ordinal) || path.EndsWith(ending + Compressed, StringComparison.Ordinal)
         select path).FirstOrDefault();

    public static Stream Open(string path)
    {
        Stream file = File.OpenRead(path);
        return path.EndsWith(Compressed, StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
