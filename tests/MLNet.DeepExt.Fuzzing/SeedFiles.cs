namespace MLNet.DeepExt.Fuzzing;

/// <summary>The whole files that damaged ones are made of.</summary>
internal static class SeedFiles
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Seeds");

    public static byte[][] Networks() => Read("*.net");

    public static byte[][] Zips() => Read("*.zip");

    private static byte[][] Read(string pattern) =>
        [.. Directory.GetFiles(Folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
}
