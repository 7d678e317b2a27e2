using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>Cancels a search soon after its context was cancelled, for which ML.NET has no event.</summary>
internal sealed class ContextWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Timer _timer;

    public ContextWatch(IHost host, CancellationTokenSource ending)
    {
        if (host.IsCancelled())
            ending.Cancel();
        _timer = new Timer(
            _ =>
            {
                if (host.IsCancelled())
                    ending.Cancel();
            },
            state: null,
            Interval,
            Interval);
    }

    // Waits for a call that is under way: it must not cancel what is disposed.
    public void Dispose()
    {
        using var over = new ManualResetEvent(initialState: false);
        if (_timer.Dispose(over))
            over.WaitOne();
    }
}
