namespace MLNet.DeepExt.Tests.Selection;

/// <summary>A clock that stands still until it is told to go on.</summary>
internal sealed class StepClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => _ticks;

    public void Pass(double milliseconds) => _ticks += (long)(milliseconds * 1000);
}
