using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Search;

/// <summary>Ends a search: when its options or its context are cancelled, or something went wrong.</summary>
internal sealed class SearchEnding : IDisposable
{
    // Others hold the lock of a folder for an instant. Joining, ending a trial, a last look, releasing and leaving wait for it no longer than
    // this in all, so that a search that was cancelled ends within a second.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.25);

    private readonly CancellationTokenSource _ending;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenRegistration _close;
    private readonly ContextWatch _watch;

    public SearchEnding(IHost host, CancellationToken cancellationToken)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _close = _ending.Token.Register(() => _closing.CancelAfter(Patience));
        _watch = new ContextWatch(host, _ending);
    }

    /// <summary>Is cancelled when the search is: nothing begins any more, and what runs is broken off.</summary>
    public CancellationToken Token => _ending.Token;

    /// <summary>Is cancelled a little later: what came of the search is written down as far as that takes no longer.</summary>
    public CancellationToken Closing => _closing.Token;

    public bool IsRequested => _ending.IsCancellationRequested;

    public void Request() => _ending.Cancel();

    public void Dispose()
    {
        _watch.Dispose();
        _close.Dispose();
        _ending.Dispose();
        _closing.Dispose();
    }
}
