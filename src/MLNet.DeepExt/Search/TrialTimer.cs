namespace MLNet.DeepExt.Search;

/// <summary>Does the work of one trial, within its time where there is a limit.</summary>
/// <remarks>With a limit the work runs on a thread of its own, which is left behind if it does not stop.</remarks>
/// <param name="limit">How long it may take; null for any time, on the thread of the caller.</param>
/// <param name="clock">What the time is taken by.</param>
/// <param name="ending">Ends the work before.</param>
internal sealed class TrialTimer(TimeSpan? limit, TimeProvider clock, CancellationToken ending)
{
    /// <summary>How long work may go on that was told to stop.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Whether the work did not stop.</summary>
    public bool IsHung { get; private set; }

    /// <summary>Does it.</summary>
    /// <param name="work">Ends early once the token is cancelled.</param>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public T Run<T>(Func<CancellationToken, T> work)
    {
        if (limit is not { } time)
            return work(ending);
        using var over = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, ending);
        CancellationToken token = either.Token;
        Task<T> task = Task.Factory.StartNew(() => work(token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        WaitHandle.WaitAny([((IAsyncResult)task).AsyncWaitHandle, token.WaitHandle]);
        IsHung = !EndsInTime(task);
        if (IsHung)
        {
            throw new TimeoutException(FormattableString.Invariant($"The trial took longer than TrialTime, {time}, and did not stop within ")
                + FormattableString.Invariant($"{Grace.TotalSeconds} seconds: its pipeline heeds neither Trial.CancellationToken nor the end of ")
                + "Trial.Context. Make the pipeline with Trial.Context, give Trial.CancellationToken to what takes long, or leave TrialTime out.");
        }

        if (over.IsCancellationRequested)
        {
            throw new TimeoutException(
                FormattableString.Invariant($"The trial took longer than TrialTime, {time}, and was ended; allow more, or make it faster."),
                task.Exception?.InnerException);
        }

        return task.GetAwaiter().GetResult();
    }

    // What it throws is asked for later, or by nobody.
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
}
