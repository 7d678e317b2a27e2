using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>What callbacks, logs and checkpoints that fail cost: never the model.</summary>
public sealed class FailingCallbackTests : IDisposable
{
    private static readonly TaskRow[] Rows = TaskRow.Generate(120, seed: 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("deepext-tests-").FullName;
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public FailingCallbackTests() => _data = TaskRow.Prepare(_context, Rows);

    public static TheoryData<string> Kinds => TrainerKind.Names;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Kinds))]
    public void A_callback_that_throws_ends_Fit_with_the_best_model_so_far(string name)
    {
        TrainerKind kind = TrainerKind.Of(name);
        NeuralNetworkCallbackException error = Assert.Throws<NeuralNetworkCallbackException>(
            () => kind.Fit(_context, _data, options => options.Callbacks = [new FailingCallback(epoch: 3)]));
        NeuralNetworkTransformer model = error.Transformer!;
        Assert.Equal(
            "The callback FailingCallback threw TimeoutException: The server is gone. Training ended with it, and the exception has the best "
                + $"network so far, of epoch {model.Model.History!.BestEpoch}.",
            error.Message);
        Assert.Equal("The server is gone.", Assert.IsType<TimeoutException>(error.InnerException).Message);
        Assert.Equal(3, model.Model.History.Epochs.Count);
        Assert.Equal(ScoresOf(kind.Fit(_context, _data, options => Cancel(options, epoch: 3))), ScoresOf(model));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Fit_goes_on_without_a_callback_that_is_best_effort_and_warns_in_the_log(string name)
    {
        TrainerKind kind = TrainerKind.Of(name);
        var log = new LogRecorder(_context, "NeuralNetwork");
        NeuralNetworkTransformer model = kind.Fit(_context, _data, options =>
        {
            options.Callbacks = [new FailingCallback(epoch: 1, isBestEffort: true)];
            options.Progress = new Throwing();
        });
        Assert.Equal(
            [
                "The progress listener failed and gets no more calls; training continues without it: The window is closed.",
                "The callback FailingCallback failed and gets no more calls; training continues without it: The server is gone.",
            ],
            log.Of(ChannelMessageKind.Warning).Where(text => text.Contains("gets no more calls", StringComparison.Ordinal)));
        Assert.Equal(ScoresOf(kind.Fit(_context, _data)), ScoresOf(model));
    }

    [Fact]
    public void Before_the_first_epoch_has_ended_there_is_no_model()
    {
        NeuralNetworkCallbackException error = Assert.Throws<NeuralNetworkCallbackException>(
            () => TrainerKind.Regression.Fit(_context, _data, options => options.Callbacks = [new Early()]));
        Assert.Null(error.Transformer);
        Assert.Equal(
            "The callback Early threw TimeoutException: The operation has timed out. " +
                "Training ended with it, before its first epoch ended, so "
                + "there is no trained network.",
            error.Message);
    }

    [Fact]
    public void A_log_and_a_checkpoint_that_can_no_longer_be_written_do_not_end_Fit()
    {
        string logs = Path.Combine(_folder, "logs");
        Directory.CreateDirectory(logs);
        string csv = Path.Combine(logs, "training.csv"), checkpoint = Path.Combine(_folder, "training.checkpoint");
        var log = new LogRecorder(_context, "NeuralNetwork");
        NeuralNetworkTransformer model = TrainerKind.Binary.Fit(_context, _data, options =>
        {
            options.Checkpoint = new Checkpoint(checkpoint);
            options.Callbacks = [new CsvLog(csv), new AfterEpoch(2, () =>
            {
                Directory.Delete(logs, recursive: true);
                Directory.CreateDirectory(checkpoint + ".tmp");
            })];
        });
        Directory.Delete(checkpoint + ".tmp");
        Assert.Equal(
            [
                $"The checkpoint '{checkpoint}' cannot be written now; training continues, and the next write is tried again: "
                    + $"Access to the path '{checkpoint}.tmp' is denied.",
                $"The callback CsvLog failed and gets no more calls; training continues without it: The file of the CsvLog "
                    + $"'{csv}' cannot be written: Could not find a part of the path '{csv}'. "
                    + "Make room on the disk, allow writing to the folder, or name another file.",
            ],
            log.Of(ChannelMessageKind.Warning));
        Assert.Equal(ScoresOf(TrainerKind.Binary.Fit(_context, _data)), ScoresOf(model));
    }

    [Fact]
    public void Who_listens_to_the_log_of_the_context_and_throws_in_the_end_does_not_cost_the_model()
    {
        _context.Log += (_, e) =>
        {
            if (e.RawMessage.StartsWith("Trained on", StringComparison.Ordinal))
                throw new TimeoutException();
        };
        NeuralNetworkCallbackException error =
            Assert.Throws<NeuralNetworkCallbackException>(() => TrainerKind.Regression.Fit(_context, _data));
        Assert.Equal(
            "The log of the context threw TimeoutException: The operation has timed out. " +
                "Training was over, and the exception has the trained network.",
            error.Message);
        Assert.Equal(4, error.Transformer!.Model.History!.Epochs.Count);
    }

    [Fact]
    public void Who_listens_to_the_log_of_the_context_and_throws_on_the_way_ends_Fit_with_the_best_model_so_far()
    {
        _context.Log += (_, e) =>
        {
            if (e.RawMessage.StartsWith("Epoch 2:", StringComparison.Ordinal))
                throw new TimeoutException();
        };
        NeuralNetworkCallbackException error =
            Assert.Throws<NeuralNetworkCallbackException>(() => TrainerKind.Regression.Fit(_context, _data));
        NeuralNetworkTransformer model = error.Transformer!;
        Assert.Equal(
            "The log of the context threw TimeoutException: The operation has timed out. " +
                "Training ended with it, and the exception has the best network "
                + $"so far, of epoch {model.Model.History!.BestEpoch}.",
            error.Message);
        Assert.Equal(2, model.Model.History.Epochs.Count);
    }

    [Fact]
    public void A_time_out_that_looks_like_a_cancellation_ends_Fit_with_the_best_model_so_far()
    {
        NeuralNetworkCallbackException error = Assert.Throws<NeuralNetworkCallbackException>(() => TrainerKind.Regression.Fit(
            _context, _data, options => options.Callbacks =
                [new AfterEpoch(3, () => throw new TaskCanceledException("The server did not answer."))]));
        Assert.Equal(
            "The callback AfterEpoch threw TaskCanceledException: The server did not answer. Training ended with it, and the exception has the best "
                + $"network so far, of epoch {error.Transformer!.Model.History!.BestEpoch}.",
            error.Message);
        Assert.Equal(3, error.Transformer.Model.History.Epochs.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Cancelling_the_context_in_a_callback_throws_as_ML_NET_does_after_the_last_epoch_too(int epoch)
    {
        OperationCanceledException error = Assert.Throws<OperationCanceledException>(() => TrainerKind.Regression.Fit(
            _context, _data, options => options.Callbacks = [new AfterEpoch(epoch, _context.CancelExecution)]));
        Assert.Equal("Operation was canceled.", error.Message);
    }

    private static void Cancel(NeuralNetworkOptions options, int epoch)
    {
        var cancellation = new CancellationTokenSource();
        options.CancellationToken = cancellation.Token;
        options.Callbacks = [new AfterEpoch(epoch, cancellation.Cancel)];
    }

    private float[] ScoresOf(NeuralNetworkTransformer model)
    {
        IDataView scored = model.Transform(_data);
        return scored.Schema["Score"].Type is VectorDataViewType
            ? [.. scored.GetColumn<float[]>("Score").SelectMany(scores => scores)]
            : [.. scored.GetColumn<float>("Score")];
    }

    private sealed class AfterEpoch(int number, Action act) : ITrainingCallback
    {
        public void OnEpochEnd(EpochRecord epoch)
        {
            if (epoch.Epoch == number)
                act();
        }
    }

    private sealed class Early : IBatchCallback
    {
        public void OnBatchEnd(in BatchRecord batch) => throw new TimeoutException();
    }

    private sealed class Throwing : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => throw new InvalidOperationException("The window is closed.");
    }
}
