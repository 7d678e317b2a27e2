using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

public sealed partial class NeuralNetworkMulticlassTrainingTests
{
    [Fact]
    public void Cancelling_the_context_throws_as_ML_NET_does()
    {
        var context = new MLContext(seed: 1);
        var listener = new Listener { OnEpochEnd = _ => context.CancelExecution() };
        var exception = Assert.Throws<OperationCanceledException>(() => Fit(context, options => options.Progress = listener));
        Assert.Equal("Operation was canceled.", exception.Message);
        Assert.Single(listener.Epochs);
    }

    [Fact]
    public void Cancelling_the_context_takes_effect_after_a_batch()
    {
        var context = new MLContext(seed: 1);
        var listener = new Listener();
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.Progress = listener;
        var data = new WatchedDataView(Prepare(context, Rows), row =>
        {
            if (row == Rows.Length)
                context.CancelExecution();
        });
        Assert.Throws<OperationCanceledException>(() => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data));
        Assert.Empty(listener.Epochs);
    }

    [Fact]
    public void Cancelling_the_context_stops_reading()
    {
        var context = new MLContext(seed: 1);
        int rowsRead = 0;
        var data = new WatchedDataView(Prepare(context, SampleRow.Generate(50_000, seed: 1)), row =>
        {
            rowsRead = row;
            if (row == 10)
                context.CancelExecution();
        });
        Assert.Throws<OperationCanceledException>(
            () => context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options).Fit(data));
        Assert.InRange(rowsRead, 10, 2048);
    }

    [Fact]
    public void The_token_stops_training_and_keeps_what_was_learned()
    {
        using var cancellation = new CancellationTokenSource();
        var listener = new Listener { OnEpochEnd = epoch => { if (epoch.Epoch == 2) cancellation.Cancel(); } };
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        NeuralNetworkMulticlassTransformer transformer = Fit(context, options =>
        {
            options.Progress = listener;
            options.CancellationToken = cancellation.Token;
        });
        Assert.Equal(2, transformer.Model.History!.Epochs.Count);
        Assert.Matches("^Trained on 270 rows, validated on 30; best epoch [12] of 2: Cancelled.$", log.Of(ChannelMessageKind.Info)[^1]);
    }

    [Theory]
    [InlineData(DataMode.Auto)]
    [InlineData(DataMode.InMemory)]
    public void The_token_stops_reading_into_memory_and_Fit_throws(DataMode mode)
    {
        using var cancellation = new CancellationTokenSource();
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        int rowsRead = 0;
        var data = new WatchedDataView(Prepare(context, Rows), row =>
        {
            rowsRead = row;
            if (row == 10)
                cancellation.Cancel();
        });
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.DataMode = mode;
        options.CancellationToken = cancellation.Token;
        AssertCancelled(() => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data), cancellation.Token);
        Assert.Equal((10, 1, 0), (rowsRead, data.Cursors, data.OpenCursors));
        Assert.Empty(log.Of(ChannelMessageKind.Warning));
    }

    [Theory]
    [InlineData(DataMode.Auto, 1)]
    [InlineData(DataMode.InMemory, 1)]
    [InlineData(DataMode.Streaming, 1)] // to count
    [InlineData(DataMode.Streaming, 2)] // to set rows aside
    [InlineData(DataMode.Streaming, 3)] // to train
    public void The_token_stops_reading_among_rows_that_are_skipped(DataMode mode, int cursor)
    {
        using var cancellation = new CancellationTokenSource();
        var context = new MLContext(seed: 1);
        SampleRow[] rows = SampleRow.Generate(50_000, seed: 1);
        foreach (SampleRow skipped in rows[Rows.Length..])
            skipped.A = float.NaN;
        int rowsRead = 0;
        WatchedDataView? data = null;
        data = new WatchedDataView(Prepare(context, rows), row =>
        {
            rowsRead = row;
            if (data!.Cursors == cursor && row == 20_000)
                cancellation.Cancel();
        });
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.DataMode = mode;
        options.CancellationToken = cancellation.Token;
        AssertCancelled(() => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data), cancellation.Token);
        Assert.Equal((20_000, cursor, 0), (rowsRead, data.Cursors, data.OpenCursors));
    }

    [Fact]
    public void The_token_stops_reading_validation_data_and_nothing_is_read_again()
    {
        using var cancellation = new CancellationTokenSource();
        var context = new MLContext(seed: 1);
        var training = new WatchedDataView(Prepare(context, Rows), _ => { });
        var validation = new WatchedDataView(Prepare(context, Rows), row =>
        {
            if (row == 10)
                cancellation.Cancel();
        });
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.CancellationToken = cancellation.Token;
        AssertCancelled(() => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(training, validation), cancellation.Token);
        Assert.Equal((1, 0, 1, 0), (training.Cursors, training.OpenCursors, validation.Cursors, validation.OpenCursors));
    }

    [Fact]
    public void A_token_that_is_cancelled_already_makes_no_model()
    {
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.CancellationToken = new CancellationToken(canceled: true);
        var context = new MLContext(seed: 1);
        AssertCancelled(
            () => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(Prepare(context, Rows)), options.CancellationToken);
    }

    [Fact]
    public void The_token_that_is_cancelled_within_the_first_epoch_makes_no_model()
    {
        using var cancellation = new CancellationTokenSource();
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.CancellationToken = cancellation.Token;
        options.Progress = new Listener { OnReport = _ => cancellation.Cancel() };
        var context = new MLContext(seed: 1);
        AssertCancelled(
            () => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(Prepare(context, Rows)), cancellation.Token);
    }

    private static void AssertCancelled(Func<object> fit, CancellationToken token)
    {
        OperationCanceledException error = Assert.Throws<OperationCanceledException>(fit);
        Assert.Equal(
            "Fit was cancelled before its first epoch ended, so there is no trained network; cancel it later to keep the best so far.",
            error.Message);
        Assert.Equal(token, error.CancellationToken);
    }
}
