using System.Diagnostics;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>A process that trains is killed again and again, as by kill -9 or a loss of power, and started again.</summary>
[Trait("Spec", "A11")]
public sealed class KilledTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_training_killed_again_and_again_comes_to_the_network_of_one_that_was_not()
    {
        string[] expected = await Start("undisturbed", epochsToKillAfter: null);
        Assert.Equal(13, expected.Length);

        // Each start is killed after two epochs and a little more, which differs: within an epoch, while the file is written, between two.
        // It gets no further than the third, however late the kill comes, because it waits for an answer after each.
        string[] lines = [];
        int starts = 0;
        while (!lines.Contains(expected[^1]))
        {
            lines = await Start("disturbed", epochsToKillAfter: 2, TimeSpan.FromMilliseconds(3 * starts++));
            Assert.DoesNotContain(lines, line => line.StartsWith("network", StringComparison.Ordinal) && line != expected[^1]);
            Assert.True(starts <= 12, $"{starts} starts, the last one with {string.Join(", ", lines)}");
        }

        Assert.True(starts > 2, $"only {starts} starts");
    }

    /// <summary>What the program printed before it ended or was killed.</summary>
    private async Task<string[]> Start(string checkpoint, int? epochsToKillAfter, TimeSpan delay = default)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string program = Path.Combine(AppContext.BaseDirectory, "MLNet.DeepExt.Neural.Tests.ResumeProbe.dll");
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [program, Path.Combine(_folder, checkpoint)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            lines.Add(line);
            if (lines.Count > epochsToKillAfter || line.StartsWith("network", StringComparison.Ordinal))
                continue;
            await process.StandardInput.WriteLineAsync("go on".AsMemory(), cancellation);
            if (lines.Count != epochsToKillAfter)
                continue;
            await Task.Delay(delay, cancellation);
            process.Kill();
        }

        await process.WaitForExitAsync(cancellation);
        string error = await errors;
        Assert.True(error.Length == 0, error);
        return [.. lines];
    }
}
