using System.Diagnostics;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>A process of dotnet that may not take forever.</summary>
internal static class ChildProcess
{
    /// <summary>Runs it to its end, or kills it with all that it started.</summary>
    /// <param name="arguments">What dotnet is given.</param>
    /// <param name="minutes">How long it may take.</param>
    /// <param name="onLine">Receives every line that it writes to its standard output.</param>
    /// <returns>Why it failed; null if it did not.</returns>
    public static string? Run(IEnumerable<string> arguments, int minutes, Action<string> onLine)
    {
        var start = new ProcessStartInfo(DotnetHost.Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task lines = Task.Run(() =>
        {
            while (process.StandardOutput.ReadLine() is { } line)
                onLine(line);
        });
        bool ended = process.WaitForExit(TimeSpan.FromMinutes(minutes));
        if (!ended)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        lines.Wait();
        if (!ended)
            return FormattableString.Invariant($"took longer than {minutes} minutes");
        return process.ExitCode == 0 ? null : FailureOf(process.ExitCode, errors.Result);
    }

    private static string FailureOf(int exitCode, string errors)
    {
        string code = FormattableString.Invariant($"its process ended with code {exitCode}");
        string said = errors.Trim().Split('\n', 2)[0].Trim();
        return said.Length == 0 ? code : $"{code}: {said}";
    }
}
