using System.Diagnostics;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>A process that trains is killed at any time, as by kill -9 or a loss of power, and started again.</summary>
[Trait("Spec", "A11")]
public sealed class KilledTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_training_killed_again_and_again_comes_to_the_network_of_one_that_was_not()
    {
        long begin = Stopwatch.GetTimestamp();
        string[] expected = await Start("undisturbed", killAfter: null);
        TimeSpan whole = Stopwatch.GetElapsedTime(begin);
        Assert.Equal(13, expected.Length);

        // Each start is killed a little later than the one before: within an epoch, while the file is written, between two; and none
        // that lasts longer than the undisturbed one, so that there is an end.
        string[] lines = [];
        int kills = 0;
        while (!lines.Contains(expected[^1]))
        {
            lines = await Start("disturbed", killAfter: whole * (0.3 + 0.07 * kills++));
            Assert.DoesNotContain(lines, line => line.StartsWith("network", StringComparison.Ordinal) && line != expected[^1]);
        }

        Assert.True(kills > 2, $"only {kills} starts");
    }

    /// <summary>What the program printed before it ended or was killed.</summary>
    private async Task<string[]> Start(string checkpoint, TimeSpan? killAfter)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string program = Path.Combine(AppContext.BaseDirectory, "MLNet.DeepExt.Neural.Tests.ResumeProbe.dll");
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [program, Path.Combine(_folder, checkpoint)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
        if (killAfter is { } time)
        {
            await Task.WhenAny(process.WaitForExitAsync(cancellation), Task.Delay(time, cancellation));
            process.Kill();
        }

        await process.WaitForExitAsync(cancellation);
        string error = await errors;
        Assert.True(error.Length == 0, error);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
