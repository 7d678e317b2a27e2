using System.Diagnostics;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>Runs one of the programs that lie beside the tests in a process of its own.</summary>
internal static class ProbeProcess
{
    /// <summary>The lines that it prints; a failure of it is one of the test.</summary>
    /// <param name="name">The program's assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="locale">The locale that it runs under; that of the tests if left out.</param>
    public static async Task<string[]> Run(string name, string[] arguments, string? locale = null)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string program = Path.Combine(AppContext.BaseDirectory, $"{name}.dll");
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (locale is not null)
            start.Environment["LC_ALL"] = locale;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, $"The process ended with {process.ExitCode}: {await errors}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
