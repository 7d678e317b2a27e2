namespace MLNet.DeepExt.Search;

/// <summary>Does the work of one trial, within its time where there is a limit.</summary>
/// <remarks>With a limit the work runs on a thread of its own, which is left behind if it does not stop.</remarks>
/// <param name="limit">How long it may take; null for any time, on the thread of the caller.</param>
/// <param name="clock">What the time is taken by.</param>
/// <param name="ending">Ends the work before.</param>
internal sealed class TrialTimer(TimeSpan? limit, TimeProvider clock, CancellationToken ending)
{
    /// <summary>How long work may go on after its token was cancelled.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>The work that did not stop and still goes on; null if it stopped.</summary>
    public Task? LeftBehind { get; private set; }

    /// <summary>Does it.</summary>
    /// <param name="work">Ends early once the token is cancelled.</param>
    /// <returns>Its result, if it has one, however late.</returns>
    /// <exception cref="TimeoutException">The work was cancelled because its time was over, or did not stop.</exception>
    public T Run<T>(Func<CancellationToken, T> work)
    {
        if (limit is not { } time)
            return work(ending);
        using var over = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, ending);
        CancellationToken token = either.Token;
        Task<T> task = Task.Factory.StartNew(() => work(token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        WaitHandle.WaitAny([((IAsyncResult)task).AsyncWaitHandle, token.WaitHandle]);
        if (!EndsInTime(task))
        {
            LeftBehind = task;
            throw new TimeoutException(FormattableString.Invariant($"The trial took longer than TrialTime, {time}, and did not stop within ")
                + FormattableString.Invariant($"{Grace.TotalSeconds} seconds: its pipeline, or a criterion, observes neither ")
                + "Trial.CancellationToken nor the cancellation of its context. Create the pipeline with Trial.Context, pass "
                + "Trial.CancellationToken to what takes long, or set TrialTime to null.");
        }

        return over.IsCancellationRequested && IsCancelled(task)
            ? throw new TimeoutException(
                FormattableString.Invariant($"The trial took longer than TrialTime, {time}, and was ended; allow more, or make it faster."),
                task.Exception?.InnerException)
            : task.GetAwaiter().GetResult();
    }

    // What it throws is asked for later, or never.
    private bool EndsInTime(Task task)
    {
        Task ended = task.ContinueWith(
            static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            ended.WaitAsync(Grace, clock).GetAwaiter().GetResult();
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // Threads of ML.NET that read rows wrap what ended them.
    private static bool IsCancelled(Task task) => task.IsCanceled || IsCancellation(task.Exception);

    private static bool IsCancellation(Exception? exception) => exception switch
    {
        null => false,
        OperationCanceledException => true,
        AggregateException all => all.InnerExceptions.Any(IsCancellation),
        _ => IsCancellation(exception.InnerException),
    };
}
