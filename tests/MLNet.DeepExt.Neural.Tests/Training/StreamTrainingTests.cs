using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Training on rows that stream by is training on the same rows in memory, and comes to an end whatever the stream does.</summary>
public sealed class StreamTrainingTests
{
    private const int Count = 203;

    private static readonly NetworkSpec Spec =
        NetworkSpec.Input(Clusters.Width).Dense(40).BatchNorm().Relu().Dropout(0.8f).Dense(Clusters.Classes);

    private static readonly TrainingOptions Options = new() { Seed = 1, BatchSize = 24, MaximumEpochs = 6, NumberOfThreads = 2 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Where_the_buffer_holds_all_rows_the_network_is_that_of_rows_in_memory(int threads)
    {
        TrainingOptions options = Options with { NumberOfThreads = threads };
        LabeledRows rows = Clusters.Rows(Count, weighted: true), validation = Clusters.Rows(50, seed: 2);
        Assert.Equal(Learned(Trainer(options).Train(rows)), Learned(Trainer(options).Train(new RowsStream(rows))));
        Assert.Equal(
            Learned(Trainer(options).Train(rows, validation)),
            Learned(Trainer(options).Train(new RowsStream(rows), new RowsStream(validation))));
    }

    [Fact]
    public void Rows_of_weight_zero_are_as_if_they_were_not_there()
    {
        LabeledRows clean = Clusters.Rows(150), more = Clusters.Rows(200);
        var weights = new float[200];
        weights.AsSpan(0, 150).Fill(1);
        var mixed =
            new LabeledRows(
                Clusters.Width, [.. clean.DenseFeatures(), .. more.DenseFeatures()[(150 * Clusters.Width)..]],
                [.. clean.Classes, .. new int[50]], weights);
        TrainingResult expected = Trainer(Options).Train(new RowsStream(clean)), actual = Trainer(Options).Train(new RowsStream(mixed));
        Assert.Equal(Learned(expected), Learned(actual));
        Assert.Equal((135, 15), (actual.History.TrainingRows, actual.History.ValidationRows));
    }

    [Fact]
    public void A_buffer_smaller_than_the_data_learns_too_and_the_same_with_any_number_of_threads()
    {
        // A row takes 64 KiB, so that the buffer of 1 MiB holds 15 or 16 of 600.
        const int width = 16 * 1024;
        LabeledRows narrow = Clusters.Rows(600);
        var features = new float[narrow.Count * width];
        for (int row = 0; row < narrow.Count; row++)
            narrow.Features.CopyTo(row, features.AsSpan(row * width, Clusters.Width));
        var stream = new RowsStream(new LabeledRows(width, features, narrow.Classes));
        TrainingOptions options = Options with { ShuffleBufferMegabytes = 1, BatchSize = 8, MaximumEpochs = 4, Optimizer = new Adam(0.01) };

        TrainingResult result = Train(1);
        Assert.Equal((585, 15), (result.History.TrainingRows, result.History.ValidationRows)); // Not 60: they must fit into a MiB.
        Assert.True(result.History.Epochs[^1].TrainLoss < 0.3, $"{result.History.Epochs[^1].TrainLoss}");
        Assert.Equal(Learned(result), Learned(Train(2)));
        Assert.Equal(Learned(result), Learned(Train(3)));

        TrainingResult Train(int threads) => new Trainer(
            NetworkSpec.Input(width).Dense(4).BatchNorm().Relu().Dense(Clusters.Classes), new SoftmaxCrossEntropy(),
            options with { NumberOfThreads = threads }).Train(stream);
    }

    [Fact]
    public void The_stream_is_read_for_every_epoch_and_closed()
    {
        // To count, to set rows aside, and for each of 6 epochs.
        var stream = new RowsStream(Clusters.Rows(Count));
        Trainer(Options).Train(stream);
        Assert.Equal((8, 0), (stream.Openings, stream.OpenReaders));

        RowsStream training = new(Clusters.Rows(Count)), validation = new(Clusters.Rows(20));
        Trainer(Options).Train(training, validation);
        Assert.Equal((7, 0), (training.Openings, training.OpenReaders));
        Assert.Equal((7, 0), (validation.Openings, validation.OpenReaders));
    }

    [Fact]
    public void One_row_and_one_class_are_learned_from()
    {
        TrainingOptions options = Options with { ValidationFraction = 0, BatchSize = 1 };
        NetworkSpec spec = NetworkSpec.Input(1).Dense(2);
        TrainingResult result = new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(new RowsStream(new LabeledRows(1, [3], [1])));
        Assert.Equal((1, 6), (result.History.TrainingRows, result.History.Epochs.Count));
        result =
            new Trainer(spec, new SoftmaxCrossEntropy(), Options).Train(new RowsStream(new LabeledRows(1, new float[30], new int[30])));
        Assert.Equal((27, 3), (result.History.TrainingRows, result.History.ValidationRows));
    }

    [Fact]
    public void Streams_that_do_not_fit_are_refused_before_any_work()
    {
        Assert.Equal(
            "The training rows have 2 features but the network has 5 inputs; they must be equal. (Parameter 'training')",
            Assert.Throws<ArgumentException>(() => Trainer(Options).Train(new RowsStream(new LabeledRows(2, [1, 2], [0])))).Message);
        Assert.Equal(
            "The validation rows have 2 features but the network has 5 inputs; they must be equal. (Parameter 'validation')",
            Assert.Throws<ArgumentException>(
                () => Trainer(Options).Train(new RowsStream(Clusters.Rows(9)), new RowsStream(new LabeledRows(2, [1, 2], [0])))).Message);
        Assert.Equal(
            "There are no validation rows; give it at least one. (Parameter 'validation')",
            Assert.Throws<ArgumentException>(
                () => Trainer(Options).Train(new RowsStream(Clusters.Rows(9)), new RowsStream(new LabeledRows(Clusters.Width, [], [])))).Message);
        Assert.Equal(
            "ShuffleBufferMegabytes must be at least 1 but is 0; a larger buffer shuffles better.",
            Assert.Throws<ArgumentException>(() => Trainer(Options with { ShuffleBufferMegabytes = 0 })).WithoutParameter());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 202)]
    [InlineData(2, 100)]
    [InlineData(3, 0)]
    [InlineData(4, 202)]
    public void What_a_reader_throws_comes_out_with_its_own_stack(int opening, int row)
    {
        var stream = new RowsStream(Clusters.Rows(Count)) { OnRow = (number, at) => FailIf(number == opening && at == row) };
        AssertFails<TimeoutException>(stream, nameof(FailIf));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void What_is_thrown_at_opening_and_closing_comes_out(int opening)
    {
        AssertFails<TimeoutException>(
            new RowsStream(Clusters.Rows(Count)) { OnOpen = number => FailIf(number == opening) }, nameof(FailIf));
        AssertFails<TimeoutException>(
            new RowsStream(Clusters.Rows(Count)) { OnClose = number => FailIf(number == opening) }, nameof(FailIf));
    }

    [Fact]
    public void What_the_reader_of_the_validation_rows_throws_comes_out()
    {
        RowsStream training =
            new(Clusters.Rows(Count)), validation = new(Clusters.Rows(20)) { OnRow = (number, at) => FailIf(number == 3 && at == 7) };
        Assert.Throws<TimeoutException>(() => Trainer(Options).Train(training, validation));
        Assert.Equal((0, 0), (training.OpenReaders, validation.OpenReaders));
    }

    [Theory]
    [InlineData(190, "returned 190 rows to use instead of 203")]
    [InlineData(210, "returned more than 203 rows to use instead of 203")]
    public void Another_number_of_rows_in_a_later_epoch_is_an_error(int count, string fault)
    {
        var stream = new RowsStream(Clusters.Rows(210)) { CountOf = opening => opening == 4 ? count : Count };
        var exception = Assert.Throws<InvalidOperationException>(() => Trainer(Options with { ValidationFraction = 0 }).Train(stream));
        Assert.Equal(
            $"The training stream {fault} when they were counted; it must give the same rows in the same order each time that it is read.",
            exception.Message);
        Assert.Equal(0, stream.OpenReaders);
    }

    [Fact]
    public void An_exception_of_a_callback_ends_training_and_closes_the_stream()
    {
        RowsStream training = new(Clusters.Rows(20_000)), validation = new(Clusters.Rows(5000));
        Assert.Throws<TrainingCallbackException>(() => Telling(epoch: _ => throw new TimeoutException()).Train(training, validation));
        Assert.Throws<TrainingCallbackException>(() => Telling(batch: () => throw new TimeoutException()).Train(training, validation));
        int batches = 0;
        Assert.Throws<TrainingCallbackException>(
            () => Telling(batch: () => FailIf(++batches == 835)).Train(training, validation));
        Assert.Equal((0, 0), (training.OpenReaders, validation.OpenReaders));
    }

    [Theory]
    [InlineData(1, 100, 0)] // while rows are counted
    [InlineData(2, 100, 0)] // while they are set aside
    [InlineData(3, 100, 0)] // while the buffer is filled
    [InlineData(5, 0, 2)]
    public void Cancelling_while_rows_are_read_gives_the_best_network_so_far_or_throws_if_no_epoch_has_ended(int opening, int row, int epochs)
    {
        using var cancellation = new CancellationTokenSource();
        var stream = new RowsStream(Clusters.Rows(Count))
        {
            OnRow = (number, at) =>
            {
                if (number == opening && at == row)
                    cancellation.Cancel();
            },
        };
        if (epochs == 0)
        {
            AssertCancelled(() => Trainer(Options).Train(stream, cancellationToken: cancellation.Token), cancellation.Token);
        }
        else
        {
            TrainingResult result = Trainer(Options).Train(stream, cancellationToken: cancellation.Token);
            Assert.Equal((StopReason.Cancelled, epochs), (result.Reason, result.History.Epochs.Count));
        }

        Assert.Equal((opening, 0), (stream.Openings, stream.OpenReaders));
    }

    [Fact]
    public void Cancelling_after_a_batch_of_the_first_epoch_throws()
    {
        using var cancellation = new CancellationTokenSource();
        var stream = new RowsStream(Clusters.Rows(20_000));
        int batches = 0;
        Trainer trainer = Telling(batch: () =>
        {
            if (++batches == 10)
                cancellation.Cancel();
        });
        AssertCancelled(() => trainer.Train(stream, cancellationToken: cancellation.Token), cancellation.Token);
        Assert.Equal((10, 0), (batches, stream.OpenReaders));
    }

    [Theory]
    [InlineData(1)]    // while it learns
    [InlineData(833)]  // after the last step of an epoch
    [InlineData(840)]  // while it evaluates
    [InlineData(1500)] // while it learns again
    public void After_cancelling_nothing_is_opened_and_never_are_there_two_readings_of_a_stream(int last)
    {
        using var cancellation = new CancellationTokenSource();
        int open = 0, opened = 0;
        var stream = new RowsStream(Clusters.Rows(20_000))
        {
            OnOpen = _ =>
            {
                opened += cancellation.IsCancellationRequested ? 1 : 0;
                Assert.Equal(1, Interlocked.Increment(ref open));
            },
            OnClose = _ => Interlocked.Decrement(ref open),
        };
        int batches = 0;
        Trainer trainer = Telling(batch: () =>
        {
            if (++batches == last)
                cancellation.Cancel();
        });
        if (last < 1000)
            AssertCancelled(() => trainer.Train(stream, stream, cancellation.Token), cancellation.Token);
        else
            Assert.Equal(StopReason.Cancelled, trainer.Train(stream, stream, cancellation.Token).Reason);
        Assert.Equal((last, 0, 0), (batches, opened, stream.OpenReaders));
    }

    [Fact]
    public void After_cancelling_between_epochs_or_before_all_nothing_is_opened()
    {
        using var cancellation = new CancellationTokenSource();
        RowsStream training = new(Clusters.Rows(Count)), validation = new(Clusters.Rows(20));
        TrainingResult result = Telling(epoch: _ => cancellation.Cancel()).Train(training, validation, cancellation.Token);
        Assert.Equal((StopReason.Cancelled, 1), (result.Reason, result.History.Epochs.Count));
        Assert.Equal((2, 2), (training.Openings, validation.Openings));

        AssertCancelled(() => Trainer(Options).Train(training, validation, cancellationToken: cancellation.Token), cancellation.Token);
        Assert.Equal((2, 2), (training.Openings, validation.Openings));
    }

    [Fact]
    public void Cancelling_while_training_rows_are_counted_leaves_validation_rows_alone()
    {
        using var cancellation = new CancellationTokenSource();
        RowsStream training = new(Clusters.Rows(Count)) { OnRow = (_, _) => cancellation.Cancel() }, validation = new(Clusters.Rows(20));
        AssertCancelled(() => Trainer(Options).Train(training, validation, cancellationToken: cancellation.Token), cancellation.Token);
        Assert.Equal((1, 0), (training.Openings, validation.Openings));
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        var stream = new RowsStream(Clusters.Rows(60_000));
        long last = 0;
        int batches = 0;
        var allocated = new long[3000];
        var meter = new Listener
        {
            Batch = () =>
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                allocated[batches++] = now - last;
                last = now;
            },
        };
        Trainer(Options with { ValidationFraction = 0, MaximumEpochs = 1, NumberOfThreads = 1, Callbacks = [meter] }).Train(stream);
        Assert.Equal(2500, batches);
        // What a step allocates it allocates in every one, while the runtime, when it compiles a method anew, may do so once on any thread.
        Assert.InRange(allocated[100..batches].Count(bytes => bytes > 0), 0, 10);
    }

    private static void AssertFails<TException>(RowsStream stream, string where)
        where TException : Exception
    {
        Assert.Contains(where, Assert.Throws<TException>(() => Trainer(Options).Train(stream)).StackTrace);
        Assert.Equal(0, stream.OpenReaders);
    }

    // Its name is looked for in stacks.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FailIf(bool failing)
    {
        if (failing)
            throw new TimeoutException();
    }

    private static Trainer Telling(Action<EpochRecord>? epoch = null, Action? batch = null) =>
        Trainer(Options with { Callbacks = [new Listener { Epoch = epoch, Batch = batch }] });

    private static Trainer Trainer(TrainingOptions options) => new(Spec, new SoftmaxCrossEntropy(), options);

    private static void AssertCancelled(Func<TrainingResult> train, CancellationToken token)
    {
        OperationCanceledException error = Assert.Throws<OperationCanceledException>(() => train());
        Assert.Equal(
            "Training was cancelled before its first epoch ended, so there is no trained network; cancel it later to keep the best so far.",
            error.Message);
        Assert.Equal(token, error.CancellationToken);
    }

    private static float[] Learned(TrainingResult result)
    {
        ParameterStore<float> store = result.Network.Parameters;
        return
        [
            .. store.Slots.Concat(store.Buffers).SelectMany(store.Read),
            .. result.History.Epochs.SelectMany(epoch => new[] { (float)epoch.TrainLoss, (float)(epoch.ValidationLoss ?? -1) }),
        ];
    }
}
