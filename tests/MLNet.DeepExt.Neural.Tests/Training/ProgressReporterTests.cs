using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

public sealed class ProgressReporterTests
{
    private readonly Clock _clock = new();
    private readonly Listener _listener = new();
    private readonly ProgressReporter _reporter;

    public ProgressReporterTests() => _reporter = new ProgressReporter(_listener, _clock);

    [Fact]
    public void It_reports_the_beginning_every_epoch_and_the_end()
    {
        Run(epochs: 3, stepsPerEpoch: 2, secondsPerStep: 0.01);
        Assert.Equal(5, _listener.Reports.Count);
        Assert.Equal([0, 2, 4, 6, 6], _listener.Reports.Select(report => report.Step));
        Assert.Equal([false, true, true, true, false], _listener.Reports.Select(report => report.IsEpochEnd));
        Assert.Equal([0, 1 / 3.0, 2 / 3.0, 1, 1], _listener.Reports.Select(report => report.Fraction));
        Assert.Equal([null, 1, 2, 3, 3], _listener.Reports.Select(report => report.LatestEpoch?.Epoch));
        Assert.Equal(StopReason.MaximumEpochs, _listener.Reports[^1].Reason);
    }

    [Fact]
    public void Within_a_long_epoch_it_reports_at_most_ten_times_a_second()
    {
        Run(epochs: 1, stepsPerEpoch: 100, secondsPerStep: 0.03);
        TimeSpan[] times = [.. _listener.Reports.Select(report => report.Elapsed)];
        Assert.InRange(times.Length, 20, 33); // in 3 seconds
        Assert.All(times.Zip(times.Skip(1)).SkipLast(2), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(0.1)));
    }

    [Fact]
    public void What_remains_is_estimated_by_the_steps_so_far()
    {
        Run(epochs: 4, stepsPerEpoch: 5, secondsPerStep: 2);
        Assert.All(_listener.Reports.TakeWhile(report => !report.IsEpochEnd), report => Assert.Null(report.RemainingAtMost));
        Assert.Equal(30, _listener.Reports.First(report => report.IsEpochEnd).RemainingAtMost!.Value.TotalSeconds, 1e-3);
        Assert.Equal(TimeSpan.Zero, _listener.Reports[^1].RemainingAtMost);
    }

    [Fact]
    public void Going_on_from_a_checkpoint_it_counts_what_was_done_and_not_its_time()
    {
        Run(epochs: 4, stepsPerEpoch: 5, secondsPerStep: 2, earlier: 3);
        Assert.Equal((15, 4, 0.75), (_listener.Reports[0].Step, _listener.Reports[0].Epoch, _listener.Reports[0].Fraction));
        Assert.Equal(3, _listener.Reports[0].LatestEpoch!.Epoch);
        Assert.Null(_listener.Reports[1].RemainingAtMost);
        Run(epochs: 4, stepsPerEpoch: 5, secondsPerStep: 2, earlier: 2);
        Assert.Equal(10, _listener.Reports.Last(report => report is { IsEpochEnd: true, Epoch: 3 }).RemainingAtMost!.Value.TotalSeconds, 1e-3);
    }

    [Theory]
    [InlineData(0.1, 5.0)] // 5 seconds, after 50 steps
    [InlineData(1, 20.0)]  // 20 steps
    public void Within_a_long_first_epoch_nothing_is_estimated_before_twenty_steps_and_five_seconds(double secondsPerStep, double first)
    {
        Run(epochs: 2, stepsPerEpoch: 100, secondsPerStep);
        TrainingProgress estimated = _listener.Reports.First(report => report.RemainingAtMost is not null);
        Assert.Equal(first, estimated.Elapsed.TotalSeconds, 0.25);
        Assert.Equal(200 * secondsPerStep - estimated.Elapsed.TotalSeconds, estimated.RemainingAtMost!.Value.TotalSeconds, 1e-3);
    }

    [Theory]
    [InlineData(900, 0.5)] // 20 steps
    [InlineData(900, 0.1)] // 5 seconds
    [InlineData(999, 0.5)] // an epoch of which one step was left is no measure of those that follow
    public void Going_on_within_an_epoch_it_counts_the_steps_since_then_alone(int earlierSteps, double secondsPerStep)
    {
        Run(epochs: 2, stepsPerEpoch: 1000, secondsPerStep, earlierSteps: earlierSteps);
        TrainingProgress first = _listener.Reports[0];
        Assert.Equal((earlierSteps, 1, earlierSteps / 2000.0), (first.Step, first.Epoch, first.Fraction));
        TrainingProgress estimated = _listener.Reports.First(report => report.RemainingAtMost is not null);
        Assert.Equal(Math.Max(5, 20 * secondsPerStep), estimated.Elapsed.TotalSeconds, 0.25);
        Assert.Equal((2000 - estimated.Step) * secondsPerStep, estimated.RemainingAtMost!.Value.TotalSeconds, 1e-3);
    }

    [Fact]
    public void Of_a_cancelled_training_nothing_is_said_of_the_time_that_remains()
    {
        Run(epochs: 2, stepsPerEpoch: 5, secondsPerStep: 2, reason: StopReason.Cancelled);
        Assert.NotNull(_listener.Reports[^2].RemainingAtMost);
        Assert.Null(_listener.Reports[^1].RemainingAtMost);
    }

    [Theory]
    [InlineData(StopReason.Cancelled, 0.5)]
    [InlineData(StopReason.EarlyStopping, 1)]
    public void A_cancelled_training_stays_where_it_was_and_one_that_stopped_early_is_done(StopReason reason, double fraction)
    {
        var progress = new TrainingProgress
        {
            Epoch = 2,
            MaximumEpochs = 4,
            Step = 10,
            MaximumSteps = 20,
            Elapsed = TimeSpan.FromSeconds(1),
            RemainingAtMost = TimeSpan.Zero,
            LatestEpoch = null,
            Reason = reason,
        };
        Assert.Equal(fraction, progress.Fraction);
    }

    private static EpochRecord Record(int epoch) => new() { Epoch = epoch, TrainLoss = 1, LearningRate = 0.1, RowsPerSecond = 1 };

    private void Run(
        int epochs, int stepsPerEpoch, double secondsPerStep, int earlier = 0, int earlierSteps = 0,
        StopReason reason = StopReason.MaximumEpochs)
    {
        long step = earlier * stepsPerEpoch + earlierSteps;
        _reporter.OnStarted(new TrainingStarted
        {
            Network = NetworkSpec.Input(1).Dense(1),
            TrainingRows = 10,
            ValidationRows = 0,
            StepsPerEpoch = stepsPerEpoch,
            MaximumEpochs = epochs,
            EarlierEpochs = [.. Enumerable.Range(1, earlier).Select(Record)],
            EarlierSteps = step,
        });
        for (int epoch = earlier + 1; epoch <= epochs; epoch++)
        {
            _reporter.OnEpochStart(new EpochStarted(epoch, 0.1));
            while (step < (long)epoch * stepsPerEpoch)
            {
                _clock.Now += TimeSpan.FromSeconds(secondsPerStep);
                _reporter.OnBatchEnd(new BatchRecord(++step, epoch, 10, 1, 0.1));
            }

            _reporter.OnEpochEnd(Record(epoch));
        }

        _reporter.OnStopped(new TrainingStopped(
            reason, new History { Epochs = [], BestEpoch = 1, TrainingRows = 10, ValidationRows = 0 }));
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    private sealed class Listener : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public void Report(TrainingProgress value) => Reports.Add(value);
    }
}
