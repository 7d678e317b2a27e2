using System.Diagnostics;
using System.Globalization;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>A process that trains is killed again and again, as by kill -9 or a loss of power, and started again.</summary>
[Trait("Spec", "A11")]
public sealed class KilledTrainingTests : IDisposable
{
    private static readonly (int Epochs, int Rows) Short = (12, 4000);
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_training_killed_again_and_again_comes_to_the_network_of_one_that_was_not()
    {
        string[] expected = await Start("undisturbed", Short, epochsToKillAfter: null);
        Assert.Equal(13, expected.Length);

        // Each start is killed after two epochs and a little more, which differs: within an epoch, while the file is written, between two.
        // It gets no further than the third, however late the kill comes, because it waits for an answer after each.
        string[] lines = [];
        int starts = 0;
        while (!lines.Contains(expected[^1]))
        {
            lines = await Start("disturbed", Short, epochsToKillAfter: 2, TimeSpan.FromMilliseconds(3 * starts++));
            Assert.DoesNotContain(lines, line => line.StartsWith("network", StringComparison.Ordinal) && line != expected[^1]);
            Assert.True(starts <= 12, $"{starts} starts, the last one with {string.Join(", ", lines)}");
        }

        Assert.True(starts > 2, $"only {starts} starts");
    }

    [Fact]
    public async Task A_training_killed_as_its_epochs_move_to_a_file_of_their_own_goes_on_to_the_same_network()
    {
        // Its last epochs but a few fill a block.
        (int Epochs, int Rows) size = (EpochLog.EpochsOfABlock + 4, 64);
        string[] expected = await Start("undisturbed", size, epochsToKillAfter: null);
        await Start("before", size, epochsToKillAfter: EpochLog.EpochsOfABlock - 3);

        int withBlock = 0, withoutBlock = 0;
        for (int kill = 0; kill < 20; kill++)
        {
            foreach (string file in Directory.GetFiles(_folder, "killed*"))
                File.Delete(file);
            foreach (string file in Directory.GetFiles(_folder, "before*"))
                File.Copy(file, file.Replace("before", "killed", StringComparison.Ordinal));
            // While the last epoch of the block is trained and written, or a little later.
            await Start("killed", size, epochsToKillAfter: 2, TimeSpan.FromMilliseconds(kill % 5));
            if (File.Exists(Path.Combine(_folder, "killed.epochs")))
                withBlock++;
            else
                withoutBlock++;
            Assert.Equal(expected[^1], (await Start("killed", size, epochsToKillAfter: null))[^1]);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{withBlock} kills after the block was begun, {withoutBlock} before.");
    }

    /// <summary>What the program printed before it ended or was killed.</summary>
    private async Task<string[]> Start(string checkpoint, (int Epochs, int Rows) size, int? epochsToKillAfter, TimeSpan delay = default)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string program = Path.Combine(AppContext.BaseDirectory, "MLNet.DeepExt.Neural.Tests.ResumeProbe.dll");
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(
            host, [program, Path.Combine(_folder, checkpoint), size.Epochs.ToString(Invariant), size.Rows.ToString(Invariant)])
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
