namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Every look at it is two seconds later, so that a checkpoint of every second is due after every step.</summary>
internal sealed class ImpatientClock : TimeProvider
{
    private long _seconds;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => _seconds += 2;
}
