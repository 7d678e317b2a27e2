using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>What a callback that throws costs: never what has been learned.</summary>
public sealed class FailingCallbackTests
{
    private const int Steps = 3, Epochs = 4; // steps of an epoch

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(8).BatchNorm().Relu().Dense(Clusters.Classes);

    public static TheoryData<string> Calls => ["OnEpochStart", "OnBatchEnd", "OnValidationBatchEnd", "OnImproved", "OnWarning", "OnEpochEnd", "OnStopped"];

    [Theory, MemberData(nameof(Calls))]
    public void A_callback_that_throws_ends_training_with_the_best_network_so_far(string call)
    {
        foreach (bool validates in new[] { true, false })
        {
            if (!validates && call is "OnValidationBatchEnd" or "OnImproved")
                continue;
            // The second time that it is called; OnStopped and, of a single warning, OnWarning come once.
            int times = call is "OnStopped" or "OnWarning" ? 1 : call == "OnBatchEnd" ? Steps + 2 : 2;
            TrainingCallbackException error = Assert.Throws<TrainingCallbackException>(
                () => Train(validates, Epochs, new Breaking(call, times, isBestEffort: false), Dropped));
            var thrown = Assert.IsType<TimeoutException>(error.InnerException);
            TrainingResult result = error.Result!;
            int epochs = result.History.Epochs.Count;
            Assert.Equal(call is "OnStopped" ? Epochs : call is "OnImproved" or "OnEpochEnd" ? 2 : 1, epochs);
            Assert.Equal(StopReason.CallbackFailed, result.Reason);
            Assert.Equal(
                $"The callback Breaking threw TimeoutException: {thrown.Message.TrimEnd('.')}. Training ended with it, and the exception has the best "
                    + $"network so far, of epoch {result.History.BestEpoch}.",
                error.Message);

            // Within an epoch without validation, it is the network as it is.
            if (validates || call is "OnEpochEnd" or "OnStopped" or "OnEpochStart" or "OnWarning")
                Assert.Equal(Learned(Train(validates, epochs)), Learned(result));
        }
    }

    [Theory]
    [InlineData("OnEpochStart", 1)]
    [InlineData("OnBatchEnd", 2)]
    [InlineData("OnValidationBatchEnd", 1)]
    public void Before_the_first_epoch_has_ended_there_is_no_network(string call, int times)
    {
        TrainingCallbackException error = Assert.Throws<TrainingCallbackException>(
            () => Train(validates: true, Epochs, new Breaking(call, times, isBestEffort: false)));
        Assert.Null(error.Result);
        Assert.Equal(
            "The callback Breaking threw TimeoutException: The operation has timed out. Training ended with it, before its first epoch had ended, "
                + "so that there is no trained network.",
            error.Message);
    }

    [Theory, MemberData(nameof(Calls))]
    public void Training_goes_on_without_a_callback_that_is_best_effort(string call)
    {
        var heard = new List<string>();
        var breaking = new Breaking(call, call is "OnStopped" or "OnWarning" ? 1 : 2, isBestEffort: true);
        TrainingResult result = Train(validates: true, Epochs, breaking, Dropped, new Warnings(heard));
        string[] expected =
        [
            "The callback Breaking failed and gets no more calls; training goes on without it: The operation has timed out.",
            "The callback Faulty failed and gets no more calls; training goes on without it: Out of paper.",
        ];
        Assert.Equal(expected.Order(), result.History.Warnings.Order());
        Assert.Equal(result.History.Warnings, heard);
        Assert.Equal(1, breaking.Thrown);
        Assert.Equal((Epochs, StopReason.MaximumEpochs), (result.History.Epochs.Count, result.Reason));
        Assert.Equal(Learned(Train(validates: true, Epochs)), Learned(result));
    }

    [Fact]
    public void What_OnStarted_throws_and_a_request_to_cancel_come_out_as_they_are()
    {
        foreach (bool isBestEffort in new[] { false, true })
        {
            Assert.Throws<TimeoutException>(() => Train(validates: true, Epochs, new Breaking("OnStarted", 1, isBestEffort)));
            Assert.Throws<OperationCanceledException>(() => Train(validates: true, Epochs, new Cancelling(isBestEffort)));
        }
    }

    [Fact]
    public void A_listener_to_the_progress_that_throws_gets_no_more_reports_and_training_goes_on()
    {
        int reports = 0;
        var listener = new Throwing(() => reports++ > 2);
        TrainingResult result = Train(validates: true, Epochs, new ProgressReporter(listener));
        Assert.Equal(
            ["The callback ProgressReporter failed and gets no more calls; training goes on without it: The window is closed."],
            result.History.Warnings);
        Assert.Equal(4, reports);
        Assert.Equal(Learned(Train(validates: true, Epochs)), Learned(result));
    }

    // It fails in the first epoch, which makes a warning.
    private static ITrainingCallback Dropped => new Faulty();

    private static TrainingResult Train(bool validates, int epochs, params ITrainingCallback[] callbacks)
    {
        var options = new TrainingOptions
        {
            Seed = 3,
            BatchSize = 30,
            MaximumEpochs = epochs,
            WeightAveraging = 0.5,
            ValidationFraction = 0,
            Callbacks = callbacks,
        };
        return new Trainer(Spec, new SoftmaxCrossEntropy(), options)
            .Train(Clusters.Rows(30 * Steps), validates ? Clusters.Rows(40, seed: 2) : null);
    }

    private static float[] Learned(TrainingResult result) =>
        [.. result.Network.Parameters.Slots.Concat(result.Network.Parameters.Buffers).SelectMany(result.Network.Parameters.Read)];

    private sealed class Breaking(string call, int times, bool isBestEffort) : IBatchCallback
    {
        private int _calls;

        public int Thrown { get; private set; }

        public bool IsBestEffort => isBestEffort;

        public void OnStarted(TrainingStarted started) => Called(nameof(OnStarted));

        public void OnEpochStart(EpochStarted epoch) => Called(nameof(OnEpochStart));

        public void OnBatchEnd(in BatchRecord batch) => Called(nameof(OnBatchEnd));

        public void OnValidationBatchEnd() => Called(nameof(OnValidationBatchEnd));

        public void OnImproved(Improvement improvement) => Called(nameof(OnImproved));

        public void OnWarning(string warning) => Called(nameof(OnWarning));

        public void OnEpochEnd(EpochRecord epoch) => Called(nameof(OnEpochEnd));

        public void OnStopped(TrainingStopped stopped) => Called(nameof(OnStopped));

        private void Called(string name)
        {
            if (name != call || ++_calls < times)
                return;
            Thrown++;
            throw new TimeoutException();
        }
    }

    private sealed class Faulty : ITrainingCallback
    {
        public bool IsBestEffort => true;

        public void OnEpochEnd(EpochRecord epoch) => throw new IOException("Out of paper.");
    }

    private sealed class Cancelling(bool isBestEffort) : ITrainingCallback
    {
        public bool IsBestEffort => isBestEffort;

        public void OnEpochEnd(EpochRecord epoch) => throw new OperationCanceledException();
    }

    private sealed class Warnings(List<string> heard) : ITrainingCallback
    {
        public void OnWarning(string warning) => heard.Add(warning);
    }

    private sealed class Throwing(Func<bool> isTime) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (isTime())
                throw new InvalidOperationException("The window is closed.");
        }
    }
}
