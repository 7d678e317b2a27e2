namespace MLNet.DeepExt.Tests.Search;

/// <summary>A clock whose timers fire when they are rung, and never by themselves.</summary>
internal sealed class BellClock : TimeProvider
{
    private readonly object _gate = new();
    private readonly List<Bell> _bells = [];

    /// <summary>Waits until there is a timer of this time, and has all of them fire.</summary>
    public void Ring(TimeSpan dueTime)
    {
        Bell[] due;
        lock (_gate)
        {
            while (!_bells.Exists(bell => bell.DueTime == dueTime))
                Assert.True(Monitor.Wait(_gate, TimeSpan.FromMinutes(1)));
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

    private void Remove(Bell bell)
    {
        lock (_gate)
            _bells.Remove(bell);
    }

    private sealed class Bell(TimeSpan dueTime, TimerCallback callback, object? state, BellClock clock) : ITimer
    {
        public TimeSpan DueTime => dueTime;

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => clock.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
