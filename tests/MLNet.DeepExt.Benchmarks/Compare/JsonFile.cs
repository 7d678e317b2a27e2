using System.Text.Json;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>The results for a program: a list of objects.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    public static void Write(string path, IEnumerable<Comparison> results) =>
        File.WriteAllText(path, JsonSerializer.Serialize(results, Format) + "\n");
}
