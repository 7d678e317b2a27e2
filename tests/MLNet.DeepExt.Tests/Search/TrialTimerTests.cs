using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.Search;

[Trait("Spec", "C5")]
public sealed class TrialTimerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly BellClock _clock = new();

    [Fact]
    public void What_was_done_when_the_time_was_over_counts()
    {
        TrialTimer timer = Timer();
        Assert.Equal(5, timer.Run(_ =>
        {
            _clock.Ring(Limit);
            return 5;
        }));
        Assert.Null(timer.LeftBehind);
    }

    [Fact]
    public void An_error_of_the_work_is_that_error_though_the_time_is_over() =>
        Assert.Equal("Row 7 is broken.", Assert.Throws<FormatException>(() => Late(new FormatException("Row 7 is broken."))).Message);

    [Fact]
    public void Work_that_was_cancelled_took_longer_wherever_the_cancellation_is()
    {
        foreach (Exception exception in new Exception[]
        {
            new OperationCanceledException(),
            new InvalidOperationException("A thread failed.", new AggregateException(new FormatException(), new TaskCanceledException())),
        })
        {
            var timeout = Assert.Throws<TimeoutException>(() => Late(exception));
            Assert.Equal("The trial took longer than TrialTime, 00:00:10, and was ended; allow more, or make it faster.", timeout.Message);
            Assert.Same(exception, timeout.InnerException);
        }
    }

    private int Late(Exception exception) => Timer().Run(int (_) =>
    {
        _clock.Ring(Limit);
        throw exception;
    });

    private TrialTimer Timer() => new(Limit, _clock, CancellationToken.None);
}
