using System.Diagnostics;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>A process that searches: it says a line and waits for an answer, again and again.</summary>
internal sealed class SearchProbeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    /// <summary>Starts it.</summary>
    /// <param name="kind">What it searches.</param>
    /// <param name="folder">The folder of the search.</param>
    /// <param name="trials">How many trials it is to make.</param>
    /// <param name="locksFiles">Whether its runtime locks files, as on most file systems.</param>
    public SearchProbeProcess(string kind, string folder, int trials, bool locksFiles = true)
    {
        _ending.CancelAfter(Patience);
        string program = Path.Combine(AppContext.BaseDirectory, "MLNet.DeepExt.Tests.SearchProbe.dll");
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [program, kind, folder, FormattableString.Invariant($"{trials}")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (!locksFiles)
            start.Environment["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = "1";
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync(_ending.Token);
    }

    /// <summary>The next line; null if it has ended, as it should.</summary>
    public async Task<string?> Read()
    {
        if (await _process.StandardOutput.ReadLineAsync(_ending.Token) is { } line)
            return line;
        await _process.WaitForExitAsync(_ending.Token);
        string errors = await _errors;
        Assert.True(errors.Length == 0, errors);
        return null;
    }

    /// <summary>What it said of its error when it had ended.</summary>
    public async Task<string> ReadErrors()
    {
        await _process.WaitForExitAsync(_ending.Token);
        return await _errors;
    }

    public Task Answer() => _process.StandardInput.WriteLineAsync("go on".AsMemory(), _ending.Token);

    /// <summary>Answers until it ends; the last line.</summary>
    public async Task<string> AnswerAll()
    {
        string last = "";
        while (await Read() is { } line)
        {
            last = line;
            if (!line.StartsWith("winner ", StringComparison.Ordinal))
                await Answer();
        }

        return last;
    }

    /// <summary>Answers so many lines, or until it ends; whether it has.</summary>
    public async Task<bool> Answer(int lines)
    {
        for (int i = 0; i < lines; i++)
        {
            if (await Read() is not { } line || line.StartsWith("winner ", StringComparison.Ordinal))
                return true;
            await Answer();
        }

        return false;
    }

    /// <summary>Kills it, as kill -9 does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
        _ending.Dispose();
    }
}
