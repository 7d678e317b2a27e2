using System.Diagnostics;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>Runs one of the programs that lie beside the tests in a process of its own.</summary>
internal static class ProbeProcess
{
    /// <summary>The lines that it prints; a failure of it is one of the test.</summary>
    /// <param name="name">The program's assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables of its environment that are other than those of the tests.</param>
    public static async Task<string[]> Run(string name, string[] arguments, params (string Name, string Value)[] environment)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string program = Path.Combine(AppContext.BaseDirectory, $"{name}.dll");
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string variable, string value) in environment)
            start.Environment[variable] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, $"The process ended with {process.ExitCode}: {await errors}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
