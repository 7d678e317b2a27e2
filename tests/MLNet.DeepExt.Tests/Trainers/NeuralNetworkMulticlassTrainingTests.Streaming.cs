using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

public sealed partial class NeuralNetworkMulticlassTrainingTests
{
    private const string StreamingLine = "Streaming: the data is read again for every epoch, and shuffled within a buffer of 256 MiB.";

    // Three features of four bytes.
    private static readonly long BytesOfRows = Rows.Length * 12;

    [Fact]
    public void Streaming_learns_the_same_as_in_memory_where_the_buffer_holds_all_rows()
    {
        string[] expected = Predict(contextSeed: 1, options => options.DataMode = DataMode.InMemory);
        foreach (int threads in new[] { 1, 2, 3 })
        {
            Assert.Equal(expected, Predict(contextSeed: 1, options =>
            {
                options.DataMode = DataMode.Streaming;
                options.NumberOfThreads = threads;
            }));
        }

        Assert.Equal(expected, Predict(contextSeed: 1));
    }

    [Fact]
    public void Streaming_stops_by_validation_data_as_in_memory()
    {
        var context = new MLContext(seed: 1);
        var validation = new WatchedDataView(Prepare(context, Rows[..50]), _ => { });
        IDataView data = Prepare(context, Rows);
        float[][] expected = ScoresOf(Trainer(DataMode.InMemory).Fit(data, validation), data);
        Assert.Equal(1, validation.Cursors);
        Assert.Equal(expected, ScoresOf(Trainer(DataMode.Streaming).Fit(data, validation), data));
        Assert.Equal((1 + 1 + SamplePipeline.Options.MaximumEpochs, 0), (validation.Cursors, validation.OpenCursors));

        NeuralNetworkMulticlassTrainer Trainer(DataMode mode)
        {
            NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
            options.Seed = 1;
            options.DataMode = mode;
            return context.MulticlassClassification.Trainers.NeuralNetwork(options);
        }
    }

    [Theory]
    [InlineData("text")]
    [InlineData("binary")]
    [InlineData("shuffled")]
    public void Data_that_ML_NET_reads_and_shuffles_comes_in_the_same_order_each_time(string kind)
    {
        // Enough rows for the loaders to read them with several threads.
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(SampleRow.Generate(5000, seed: 1));
        using var directory = new TemporaryDirectory();
        string path = directory.PathOf("rows");
        using (FileStream file = File.Create(path))
        {
            if (kind == "binary")
                context.Data.SaveAsBinary(rows, file);
            else
                context.Data.SaveAsText(rows, file, schema: false);
        }

        IDataView loaded = kind switch
        {
            "text" => LoadText(),
            "binary" => context.Data.LoadFromBinary(path),
            _ => context.Data.ShuffleRows(LoadText()),
        };
        Assert.Equal(ScoresIn(DataMode.InMemory), ScoresIn(DataMode.Streaming));

        IDataView LoadText() => context.Data.LoadFromTextFile(path,
        [
            new TextLoader.Column("A", DataKind.Single, 0),
            new TextLoader.Column("B", DataKind.Single, 1),
            new TextLoader.Column("C", DataKind.Single, 2),
            new TextLoader.Column("Label", DataKind.String, 3),
        ], hasHeader: true);

        string[] ScoresIn(DataMode mode)
        {
            NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
            options.Seed = 1;
            options.DataMode = mode;
            return SamplePrediction.Of(SamplePipeline.Create(context, options).Fit(loaded), Rows);
        }
    }

    [Fact]
    public void Data_that_comes_in_another_order_each_time_is_refused()
    {
        var context = new MLContext(seed: 1);
        SampleRow[] rows = SampleRow.Generate(100, seed: 1);
        var order = new Random(1);
        IDataView data = context.Data.LoadFromEnumerable(Shuffled());
        data = SamplePipeline.Preparation(context).Fit(data).Transform(data);
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.DataMode = DataMode.Streaming;
        Assert.Equal(
            "The training stream returned its rows in another order, or with other targets or weights, than when they were counted; " +
            "it must give the same rows in the same order each time that it is read.",
            Assert.Throws<InvalidOperationException>(
                () => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data)).Message);

        IEnumerable<SampleRow> Shuffled()
        {
            SampleRow[] copy = [.. rows];
            order.Shuffle(copy);
            foreach (SampleRow row in copy)
                yield return row;
        }
    }

    [Fact]
    public void Data_over_the_limit_is_streamed_unless_it_is_to_be_held_in_memory()
    {
        int inMemory = 1, streamed = 2 + SamplePipeline.Options.MaximumEpochs; // To count, to set rows aside, and to train.
        Assert.Equal(inMemory, CursorsOf(DataMode.Auto, BytesOfRows));
        Assert.Equal(1 + streamed, CursorsOf(DataMode.Auto, BytesOfRows - 1));
        Assert.Equal(inMemory, CursorsOf(DataMode.InMemory, limit: 0));
        Assert.Equal(streamed, CursorsOf(DataMode.Streaming, BytesOfRows));
        Assert.Equal(1L << 30, new NeuralNetworkMulticlassTrainer.Options().InMemoryLimit);

        static int CursorsOf(DataMode mode, long limit)
        {
            (WatchedDataView data, LogRecorder log) = Fit(mode, limit);
            Assert.Equal(0, data.OpenCursors);
            Assert.Equal(data.Cursors > 1, log.Of(ChannelMessageKind.Info).Contains(StreamingLine));
            return data.Cursors;
        }
    }

    [Fact]
    public void Validation_data_over_the_limit_has_both_streamed()
    {
        var context = new MLContext(seed: 1);
        WatchedDataView training = new(Prepare(context, Rows[..100]), _ => { }), validation = new(Prepare(context, Rows), _ => { });
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.InMemoryLimit = 200 * 12;
        context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(training, validation);
        Assert.Equal((6, 6), (training.Cursors, validation.Cursors)); // To read in vain, to count, and for each of 4 epochs.
        Assert.Equal((0, 0), (training.OpenCursors, validation.OpenCursors));
    }

    [Fact]
    public void Streaming_warns_once_of_skipped_rows()
    {
        SampleRow[] rows = SampleRow.Generate(100, seed: 1);
        rows[3].A = float.NaN;
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.DataMode = DataMode.Streaming;
        context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(Prepare(context, rows));
        Assert.Equal(
            ["Skipped 1 of 100 rows (1 with NaN or infinite features) of the training data; "
                + "replace and mark missing values with TabularFeatures."],
            log.Of(ChannelMessageKind.Warning).Where(line => line.StartsWith("Skipped", StringComparison.Ordinal)));
    }

    [Fact]
    public void Skipped_rows_are_warned_of_once_for_each_data_set_where_validation_data_has_both_streamed()
    {
        SampleRow[] train = SampleRow.Generate(100, seed: 1), validate = SampleRow.Generate(300, seed: 1);
        train[3].A = validate[5].A = validate[6].B = float.NaN;
        foreach (long limit in new[] { 200 * 12, long.MaxValue })
        {
            var context = new MLContext(seed: 1);
            var log = new LogRecorder(context, Source);
            NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
            options.InMemoryLimit = limit;
            context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(Prepare(context, train), Prepare(context, validate));
            Assert.Equal(limit != long.MaxValue, log.Of(ChannelMessageKind.Info).Contains(StreamingLine));
            Assert.Equal(
                [
                    "Skipped 1 of 100 rows (1 with NaN or infinite features) of the training data; "
                        + "replace and mark missing values with TabularFeatures.",
                    "Skipped 2 of 300 rows (2 with NaN or infinite features) of the validation data; "
                        + "replace and mark missing values with TabularFeatures.",
                ],
                log.Of(ChannelMessageKind.Warning));
        }
    }

    [Fact]
    public void Where_the_buffer_leaves_too_few_rows_to_stop_by_the_warning_names_it()
    {
        // A row takes 400 KB, and the buffer 1 MiB: two rows, where a tenth of them is 20.
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.HiddenUnits = [];
        options.MaximumEpochs = 1;
        options.DataMode = DataMode.Streaming;
        options.ShuffleBufferMegabytes = 1;
        IDataView data = SparseVectors.Load(context, SparseVectors.Generate(200, width: 100_000, entries: 5));
        int aside = context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data).Model.History!.ValidationRows;
        Assert.InRange(aside, 0, 3);
        Assert.Equal(
            [
                $"Only {aside} of 200 rows were set aside for validation, too few to stop by, because the buffer holds no more; " +
                "raise ShuffleBufferMegabytes, give validation data, or set ValidationFraction to 0 to train for all epochs.",
            ],
            log.Of(ChannelMessageKind.Warning));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 10)]
    [InlineData(3, 10)]
    [InlineData(5, 300)]
    public void Cancelling_the_context_while_rows_stream_by_throws_and_closes_the_data(int cursor, int row)
    {
        var context = new MLContext(seed: 1);
        WatchedDataView? data = null;
        data = new WatchedDataView(Prepare(context, SampleRow.Generate(20_000, seed: 1)), at =>
        {
            if (data!.Cursors == cursor && at == row)
                context.CancelExecution();
        });
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.DataMode = DataMode.Streaming;
        Assert.Throws<OperationCanceledException>(() => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data));
        Assert.Equal((cursor, 0), (data.Cursors, data.OpenCursors));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(5, 2)]
    public void The_token_stops_streaming_and_keeps_what_was_learned_or_Fit_throws_if_no_epoch_has_ended(int cursor, int epochs)
    {
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        using var cancellation = new CancellationTokenSource();
        WatchedDataView? data = null;
        data = new WatchedDataView(Prepare(context, Rows), at =>
        {
            if (data!.Cursors == cursor && at == 10)
                cancellation.Cancel();
        });
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.DataMode = DataMode.Streaming;
        options.CancellationToken = cancellation.Token;
        NeuralNetworkMulticlassTrainer trainer = context.MulticlassClassification.Trainers.NeuralNetwork(options);
        if (epochs == 0)
        {
            AssertCancelled(() => trainer.Fit(data), cancellation.Token);
        }
        else
        {
            Assert.Equal(epochs, trainer.Fit(data).Model.History!.Epochs.Count);
            Assert.EndsWith("Cancelled.", log.Of(ChannelMessageKind.Info)[^1]);
        }

        Assert.Equal(0, data.OpenCursors);
        Assert.Empty(log.Of(ChannelMessageKind.Warning));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 300)]
    [InlineData(4, 150)]
    public void What_the_data_throws_while_it_streams_by_comes_out(int cursor, int row)
    {
        var context = new MLContext(seed: 1);
        WatchedDataView? data = null;
        data = new WatchedDataView(Prepare(context, Rows), at =>
        {
            if (data!.Cursors == cursor && at == row)
                throw new TimeoutException("The server is gone.");
        });
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.DataMode = DataMode.Streaming;
        var exception = Assert.Throws<TimeoutException>(() => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data));
        Assert.Equal("The server is gone.", exception.Message);
        Assert.Equal((cursor, 0), (data.Cursors, data.OpenCursors));
    }

    [Fact]
    public void A_callback_that_throws_leaves_no_cursor_open()
    {
        var context = new MLContext(seed: 1);
        var data = new WatchedDataView(Prepare(context, SampleRow.Generate(20_000, seed: 1)), _ => { });
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.DataMode = DataMode.Streaming;
        options.Callbacks = [new FailingCallback(epoch: 1)];
        Assert.Throws<NeuralNetworkCallbackException>(() => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data));
        Assert.Equal(0, data.OpenCursors);
    }

    private static (WatchedDataView Data, LogRecorder Log) Fit(DataMode mode, long limit)
    {
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        var data = new WatchedDataView(Prepare(context, Rows), _ => { });
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.DataMode = mode;
        options.InMemoryLimit = limit;
        context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data);
        return (data, log);
    }
}
