namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>The program of the peers, which is built with their native libraries only when it is wanted.</summary>
internal static class PeerProgram
{
    private const string Project = "tests/MLNet.DeepExt.Benchmarks.Peers";

    // It may have 0.5 GB to download.
    private const int MinutesOfABuild = 60;

    /// <summary>Builds it, downloading what it needs.</summary>
    /// <param name="failure">Why it could not be built; null if it could.</param>
    /// <returns>The path of the program.</returns>
    public static string Build(out string? failure)
    {
        string project = Path.Combine(RepositoryRoot(), Project);
        List<string> output = [];
        failure = ChildProcess.Run(
            ["build", project, "-c", "Release", "-p:WithNativeLibraries=true", "-nodereuse:false", "-v:quiet", "-tl:off"],
            MinutesOfABuild, output.Add);
        if (failure is not null)
            failure = $"the program of the peers could not be built: {FirstError(output) ?? failure}";
        return Path.Combine(project, "bin", "native", "Release", "net10.0", "MLNet.DeepExt.Benchmarks.Peers.dll");
    }

    // "file : error CODE: text [project]", without the paths.
    private static string? FirstError(List<string> output)
    {
        const string mark = ": error ";
        string? line = output.Find(line => line.Contains(mark, StringComparison.Ordinal));
        return line?[(line.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..].Split(" [")[0].Trim();
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MLNet.DeepExt.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new DirectoryNotFoundException(
                "Run this from within the repository; the program of the peers is built from its source.");
    }
}
