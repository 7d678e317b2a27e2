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

    public static TheoryData<string> Calls =>
        ["OnEpochStart", "OnBatchEnd", "OnValidationBatchEnd", "OnImproved", "OnWarning", "OnEpochEnd", "OnStopped"];

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
                $"The callback Breaking threw TimeoutException: {thrown.Message.TrimEnd('.')}. Training ended with it, and the "
                    + $"exception has the best network so far, of epoch {result.History.BestEpoch}.",
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
            "The callback Breaking threw TimeoutException: The operation has timed out. Training ended with it, before its first epoch ended, "
                + "so there is no trained network.",
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
            "The callback Breaking failed and gets no more calls; training continues without it: The operation has timed out.",
            "The callback Faulty failed and gets no more calls; training continues without it: Out of paper.",
        ];
        Assert.Equal(expected.Order(), result.History.Warnings.Order());
        Assert.Equal(result.History.Warnings, heard);
        Assert.Equal(1, breaking.Thrown);
        Assert.Equal((Epochs, StopReason.MaximumEpochs), (result.History.Epochs.Count, result.Reason));
        Assert.Equal(Learned(Train(validates: true, Epochs)), Learned(result));
    }

    [Theory]
    [InlineData(1, "OnBatchEnd")]
    [InlineData(2, "OnBatchEnd")]
    [InlineData(1, "OnEpochEnd")]
    [InlineData(2, "OnEpochEnd")]
    public void Whatever_the_number_of_threads_the_exception_comes_out_and_the_network_is_the_best_so_far(int threads, string call)
    {
        TrainingCallbackException error = Assert.Throws<TrainingCallbackException>(() => Train(
            threads, CancellationToken.None, validates: true, Epochs,
            new Breaking(call, call == "OnBatchEnd" ? 2 * Steps + 1 : 2, isBestEffort: false)));
        Assert.IsType<TimeoutException>(error.InnerException);
        Assert.Equal(Learned(Train(validates: true, epochs: 2)), Learned(error.Result!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_OnStarted_throws_comes_out_as_it_is_unless_the_callback_is_best_effort(bool goesOn)
    {
        string folder = Directory.CreateTempSubdirectory("deepext-tests-").FullName;
        try
        {
            Checkpoint? checkpoint = goesOn ? new Checkpoint(Path.Combine(folder, "checkpoint")) : null;
            if (goesOn)
            {
                Assert.Throws<TrainingCallbackException>(
                    () => Train(validates: true, Epochs, checkpoint, new Breaking("OnEpochEnd", 2, isBestEffort: false)));
            }

            TimeoutException error = Assert.Throws<TimeoutException>(
                () => Train(validates: true, Epochs, checkpoint, new Breaking("OnStarted", 1, isBestEffort: false)));
            Assert.Equal("The operation has timed out.", error.Message);

            var heard = new List<string>();
            var breaking = new Breaking("OnStarted", 1, isBestEffort: true);
            TrainingResult result = Train(validates: true, Epochs, checkpoint, breaking, new Warnings(heard));
            Assert.Equal(["The callback Breaking failed and gets no more calls; training continues without it: The operation has timed out."], heard);
            Assert.Equal(heard, result.History.Warnings);
            Assert.Equal(["OnStarted"], breaking.Calls);
            Assert.Equal(Learned(Train(validates: true, Epochs)), Learned(result));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_warning_comes_when_all_callbacks_have_started()
    {
        var calls = new List<string>();
        Train(validates: true, epochs: 1, new Breaking("OnStarted", 1, isBestEffort: true), new Order(calls));
        Assert.Equal(["OnStarted", "OnWarning"], calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_time_out_that_looks_like_a_cancellation_is_an_exception_like_any_other(bool isBestEffort)
    {
        // As HttpClient throws it when a server does not answer in time.
        var slow = new Cancelling(isBestEffort, () => throw new TaskCanceledException("The server did not answer."));
        if (isBestEffort)
        {
            TrainingResult result = Train(validates: true, Epochs, slow);
            Assert.Equal(
                ["The callback Cancelling failed and gets no more calls; training continues without it: The server did not answer."],
                result.History.Warnings);
            Assert.Equal(Learned(Train(validates: true, Epochs)), Learned(result));
        }
        else
        {
            TrainingCallbackException error = Assert.Throws<TrainingCallbackException>(() => Train(validates: true, Epochs, slow));
            Assert.Equal(
                "The callback Cancelling threw TaskCanceledException: The server did not answer. Training ended with it, and the "
                    + $"exception has the best network so far, of epoch {error.Result!.History.BestEpoch}.",
                error.Message);
            Assert.Equal(Learned(Train(validates: true, epochs: 2)), Learned(error.Result));
        }
    }

    [Fact]
    public void A_cancellation_comes_out_as_it_is_once_the_token_of_the_training_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        var cancelling = new Cancelling(isBestEffort: false, Cancel);
        OperationCanceledException error = Assert.Throws<OperationCanceledException>(
            () => Train(threads: 1, source.Token, validates: true, Epochs, cancelling));
        Assert.Equal(source.Token, error.CancellationToken);

        // A callback without which training goes on does not cost the network.
        using var second = new CancellationTokenSource();
        TrainingResult result = Train(threads: 1, second.Token, validates: true, Epochs, new Cancelling(isBestEffort: true, () =>
        {
            second.Cancel();
            second.Token.ThrowIfCancellationRequested();
        }));
        Assert.Equal((2, StopReason.Cancelled), (result.History.Epochs.Count, result.Reason));

        void Cancel()
        {
            source.Cancel();
            source.Token.ThrowIfCancellationRequested();
        }
    }

    [Theory]
    [InlineData("OnEpochEnd")]
    [InlineData("OnBatchEnd")]
    public void A_callback_that_failed_gets_no_more_calls_also_within_the_event_that_another_one_failed_at(string call)
    {
        // The first one fails, the second one fails at the warning of that, and the third one is the second one again.
        var first = new Breaking(call, 1, isBestEffort: true);
        var second = new Breaking("OnWarning", 1, isBestEffort: true);
        TrainingResult result = Train(validates: true, Epochs, first, second, second);
        Assert.Equal(
            [
                "The callback Breaking failed and gets no more calls; training continues without it: The operation has timed out.",
                "The callback Breaking failed and gets no more calls; training continues without it: The operation has timed out.",
            ],
            result.History.Warnings);
        Assert.Equal(call, first.Calls[^1]);
        Assert.Equal("OnWarning", second.Calls[^1]);
        Assert.Equal((1, 1), (first.Thrown, second.Thrown));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_listener_to_the_progress_that_throws_gets_no_more_reports_and_training_goes_on(int reportsBefore)
    {
        int reports = 0;
        var listener = new Throwing(() => reports++ >= reportsBefore);
        TrainingResult result = Train(validates: true, Epochs, new ProgressReporter(listener));
        Assert.Equal(
            ["The progress listener failed and gets no more calls; training continues without it: The window is closed."],
            result.History.Warnings);
        Assert.Equal(reportsBefore + 1, reports);
        Assert.Equal(Learned(Train(validates: true, Epochs)), Learned(result));
    }

    // It fails in the first epoch, which makes a warning.
    private static ITrainingCallback Dropped => new Faulty();

    private static TrainingResult Train(bool validates, int epochs, params ITrainingCallback[] callbacks) =>
        Train(threads: 1, CancellationToken.None, validates, epochs, callbacks);

    private static TrainingResult Train(bool validates, int epochs, Checkpoint? checkpoint, params ITrainingCallback[] callbacks) =>
        Train(OptionsOf(threads: 1, epochs, callbacks) with { Checkpoint = checkpoint }, CancellationToken.None, validates);

    private static TrainingResult Train(
        int threads, CancellationToken cancellationToken, bool validates, int epochs, params ITrainingCallback[] callbacks) =>
        Train(OptionsOf(threads, epochs, callbacks), cancellationToken, validates);

    private static TrainingResult Train(TrainingOptions options, CancellationToken cancellationToken, bool validates) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options)
            .Train(Clusters.Rows(30 * Steps), validates ? Clusters.Rows(40, seed: 2) : null, cancellationToken);

    private static TrainingOptions OptionsOf(int threads, int epochs, ITrainingCallback[] callbacks) => new()
    {
        Seed = 3,
        BatchSize = 30,
        MaximumEpochs = epochs,
        WeightAveraging = 0.5,
        ValidationFraction = 0,
        NumberOfThreads = threads,
        Callbacks = callbacks,
    };

    private static float[] Learned(TrainingResult result) =>
        [.. result.Network.Parameters.Slots.Concat(result.Network.Parameters.Buffers).SelectMany(result.Network.Parameters.Read)];

    private sealed class Breaking(string call, int times, bool isBestEffort) : IBatchCallback
    {
        private int _calls;

        public List<string> Calls { get; } = [];

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
            Calls.Add(name);
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

    private sealed class Cancelling(bool isBestEffort, Action cancel) : ITrainingCallback
    {
        public bool IsBestEffort => isBestEffort;

        public void OnEpochEnd(EpochRecord epoch)
        {
            if (epoch.Epoch == 2)
                cancel();
        }
    }

    private sealed class Order(List<string> calls) : ITrainingCallback
    {
        public void OnStarted(TrainingStarted started) => calls.Add(nameof(OnStarted));

        public void OnWarning(string warning) => calls.Add(nameof(OnWarning));
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
