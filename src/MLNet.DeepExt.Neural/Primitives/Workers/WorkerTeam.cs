using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// A few threads that wait for short pieces of work: at most one for each processor. Starting a piece takes about a microsecond and allocates
/// nothing. The calling thread is worker 0.
/// </summary>
/// <remarks>
/// Work is divided by outputs, never by parts of a sum, so the results do not depend on the number of threads. A team runs one
/// piece of work at a time.
/// </remarks>
public sealed class WorkerTeam : IDisposable
{
    // A waiting thread yields for about a millisecond and then sleeps, so that other programs, or other trainings,
    // can use the processors.
    private const int SpinsBeforeSleep = 2000;

    private readonly Thread[] _threads;
    private readonly Lock _failureLock = new();
    private readonly object _wakeUp = new();
    private ITeamWork? _work;
    private ExceptionDispatchInfo? _failure;
    private volatile int _generation;
    private volatile int _running;
    private volatile int _barrierGeneration;
    private volatile int _atBarrier;
    private volatile bool _failed;
    private volatile bool _disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">The number of workers, including the calling thread; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public WorkerTeam(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        _threads = new Thread[count - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int index = i + 1;
            _threads[i] = new Thread(() => WorkUntilDisposed(index)) { IsBackground = true, Name = $"MLNet.DeepExt worker {index}" };
            _threads[i].Start();
        }
    }

    /// <summary>The number of workers, including the calling thread.</summary>
    public int Count { get; }

    /// <summary>Runs the work on every worker, and returns when all have finished. An exception of any of them is rethrown here.</summary>
    /// <param name="work">The work, in which no worker may give work to the team.</param>
    /// <exception cref="InvalidOperationException">The team is at work already.</exception>
    /// <exception cref="ObjectDisposedException">The team is disposed of.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(ITeamWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Count == 1)
        {
            work.Run(Worker.Alone);
            return;
        }

        if (Interlocked.CompareExchange(ref _work, work, null) is not null)
            throw new InvalidOperationException("The team is at work already; give every thread that starts work a team of its own.");
        _failure = null;
        _failed = false;
        _atBarrier = 0;
        _running = Count;
        lock (_wakeUp)
        {
            _generation++;
            Monitor.PulseAll(_wakeUp);
        }

        RunShare(0);
        var spin = new SpinWait();
        while (_running != 0)
            spin.SpinOnce(SpinsBeforeSleep);
        _work = null;
        _failure?.Throw();
    }

    /// <summary>Waits until every worker has come here.</summary>
    /// <exception cref="OperationCanceledException">Another worker failed and will never come.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Barrier()
    {
        int generation = _barrierGeneration;
        if (Interlocked.Increment(ref _atBarrier) == Count)
        {
            _atBarrier = 0;
            _barrierGeneration = generation + 1;
            return;
        }

        var spin = new SpinWait();
        while (_barrierGeneration == generation)
        {
            if (_failed)
                throw new OperationCanceledException("Another worker of the team failed.");
            spin.SpinOnce(SpinsBeforeSleep);
        }
    }

    /// <summary>Ends the threads. Nothing may be running.</summary>
    public void Dispose()
    {
        lock (_wakeUp)
        {
            _disposed = true;
            Monitor.PulseAll(_wakeUp);
        }

        foreach (Thread thread in _threads)
            thread.Join();
    }

    private void WorkUntilDisposed(int index)
    {
        int seen = 0;
        while (WaitForWork(ref seen))
            RunShare(index);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool WaitForWork(ref int seen)
    {
        var spin = new SpinWait();
        while (_generation == seen && !_disposed)
        {
            if (spin.Count < SpinsBeforeSleep)
            {
                spin.SpinOnce(SpinsBeforeSleep);
                continue;
            }

            lock (_wakeUp)
            {
                if (_generation == seen && !_disposed)
                    Monitor.Wait(_wakeUp);
            }
        }

        seen = _generation;
        return !_disposed;
    }

    private void RunShare(int index)
    {
        try
        {
            _work!.Run(new Worker(this, index));
        }
        catch (Exception exception)
        {
            // The first failure is the cause; the others only left their barriers because of it.
            lock (_failureLock)
                _failure ??= ExceptionDispatchInfo.Capture(exception);
            _failed = true;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
