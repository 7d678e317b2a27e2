namespace MLNet.DeepExt.Tests.Search;

/// <summary>A clock whose timers fire when they are rung, and never by themselves.</summary>
internal sealed class BellClock : TimeProvider
{
    private readonly object _gate = new();
    private readonly List<Bell> _bells = [];

    /// <summary>Is called when the time is asked for.</summary>
    public Action? Asked { get; set; }

    public override long GetTimestamp()
    {
        Asked?.Invoke();
        return base.GetTimestamp();
    }

    /// <summary>Waits until there is a timer of this time.</summary>
    public void Await(TimeSpan dueTime)
    {
        lock (_gate)
        {
            while (!_bells.Exists(bell => bell.DueTime == dueTime))
            {
                if (!Monitor.Wait(_gate, TimeSpan.FromMinutes(1)))
                    throw new TimeoutException($"Nobody asked for a timer of {dueTime}.");
            }
        }
    }

    /// <summary>Waits until there is a timer of this time, and has all of them fire.</summary>
    public void Ring(TimeSpan dueTime)
    {
        Await(dueTime);
        Bell[] due;
        lock (_gate)
        {
            due = [.. _bells.Where(bell => bell.DueTime == dueTime)];
            _bells.RemoveAll(bell => bell.DueTime == dueTime);
        }

        foreach (Bell bell in due)
            bell.Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var bell = new Bell(dueTime, callback, state, this);
        lock (_gate)
        {
            _bells.Add(bell);
            Monitor.PulseAll(_gate);
        }

        return bell;
    }

    private void Change(Bell bell, TimeSpan dueTime)
    {
        lock (_gate)
        {
            bell.Set(dueTime);
            if (!_bells.Contains(bell))
                _bells.Add(bell);
            Monitor.PulseAll(_gate);
        }
    }

    private void Remove(Bell bell)
    {
        lock (_gate)
            _bells.Remove(bell);
    }

    private sealed class Bell(TimeSpan dueTime, TimerCallback callback, object? state, BellClock clock) : ITimer
    {
        public TimeSpan DueTime { get; private set; } = dueTime;

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Change(this, dueTime);
            return true;
        }

        public void Set(TimeSpan dueTime) => DueTime = dueTime;

        public void Dispose() => clock.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
