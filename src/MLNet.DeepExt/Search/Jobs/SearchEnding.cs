using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Search;

/// <summary>Ends a search that is cancelled, and limits how long it then waits for other processes that hold the lock of its folder.</summary>
internal sealed class SearchEnding : IDisposable
{
    /// <summary>How long the trials that end after the cancellation wait for the lock, together.</summary>
    public static readonly TimeSpan TrialPatience = TimeSpan.FromSeconds(0.25);

    /// <summary>
    /// How long the search waits for the lock once its last trial has stopped: to write down what is not yet written, to give back its trials
    /// and to leave, together.
    /// </summary>
    public static readonly TimeSpan LeavingPatience = TimeSpan.FromSeconds(0.5);

    private readonly CancellationTokenSource _ending;
    private readonly CancellationTokenSource _closing;
    private readonly CancellationTokenSource _leaving;
    private readonly CancellationTokenRegistration _close;
    private readonly ContextWatch _watch;
    private volatile bool _isLeaving;
    private volatile bool _isHurried;

    /// <summary>Watches for the cancellation.</summary>
    /// <param name="host">Whose context may be cancelled.</param>
    /// <param name="clock">What the waiting is limited by.</param>
    /// <param name="cancellationToken">The token of the options.</param>
    public SearchEnding(IHost host, TimeProvider clock, CancellationToken cancellationToken)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _closing = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _leaving = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _close = _ending.Token.Register(Hurry);
        _watch = new ContextWatch(host, _ending);
    }

    /// <summary>Is cancelled when the search is: no trial begins any more, and those that run are cancelled.</summary>
    public CancellationToken Token => _ending.Token;

    /// <summary>Ends the waiting for the lock of the folder; is cancelled some time after the cancellation.</summary>
    public CancellationToken Closing => _isLeaving ? _leaving.Token : _closing.Token;

    /// <summary>Whether the search was cancelled.</summary>
    public bool IsRequested => _ending.IsCancellationRequested;

    /// <summary>Limits the waiting from now on: the search was cancelled, or cannot go on.</summary>
    public void Hurry()
    {
        _isHurried = true;
        _closing.CancelAfter(TrialPatience);
        if (_isLeaving)
            _leaving.CancelAfter(LeavingPatience);
    }

    /// <summary>Says that the last trial has stopped.</summary>
    public void Leave()
    {
        _isLeaving = true;
        if (_isHurried)
            _leaving.CancelAfter(LeavingPatience);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _close.Dispose();
        _ending.Dispose();
        _closing.Dispose();
        _leaving.Dispose();
    }
}
