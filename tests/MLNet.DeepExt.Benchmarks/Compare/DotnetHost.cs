using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>The dotnet that runs this program, whatever else the search path would find.</summary>
internal static class DotnetHost
{
    private static readonly string Name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    public static string Path { get; } =
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } named && File.Exists(named) ? named : BesideRuntime();

    // The runtime is in shared/Microsoft.NETCore.App/VERSION/ beside its dotnet.
    private static string BesideRuntime()
    {
        string path = System.IO.Path.GetFullPath(
            System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", Name));
        return File.Exists(path) ? path : Name;
    }
}
