using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>What a network has to beat is that of all training rows, wherever training was interrupted.</summary>
[Trait("Spec", "A13")]
public sealed class ConstantPredictionTests : IDisposable
{
    private static readonly LabeledRows Rows = new(new DenseRows(1, [-1, 1, -1, 1, -1]), 1, [-100, 100, -100, 100, -100]);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string CheckpointPath => Path.Combine(_folder, "training.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(4, false)]
    [InlineData(2, false)]
    [InlineData(4, true)]
    [InlineData(2, true)]
    public void A_network_that_predicts_as_well_as_a_constant_is_kept_where_training_is_resumed_within_an_epoch(int batches, bool isOldFile)
    {
        Interrupt(weight: 0, batches, isOldFile);
        var recorder = new Recorder();
        TrainingResult result = Trainer(weight: 0, recorder).Train(Rows);
        Assert.Equal(10_000, result.History.Epochs[^1].TrainLoss, 1e-3);
        Assert.Empty(recorder.Warnings);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_resumed_training_is_refused_with_the_figures_of_one_that_was_not_interrupted(int batches)
    {
        string expected = MessageOf(weight: 4000, checkpoint: false);
        Assert.Contains("10 times", expected, StringComparison.Ordinal);
        Interrupt(weight: 4000, batches, isOldFile: false);
        Assert.Equal(expected, MessageOf(weight: 4000));
        Assert.Equal(expected, MessageOf(weight: 4000));
    }

    [Fact]
    public void Of_a_file_without_the_sums_the_next_whole_epoch_gives_them()
    {
        Interrupt(weight: 4000, batches: 2, isOldFile: true);
        Assert.Contains("10 times", MessageOf(weight: 4000), StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_is_over_reads_its_rows_only_to_be_told_from_another()
    {
        var stream = new RowsStream(Rows);
        Trainer(weight: 0, new Recorder()).Train(stream);
        Assert.Equal(4, stream.Openings); // counted, and three epochs
        Trainer(weight: 0, new Recorder()).Train(stream);
        Assert.Equal(5, stream.Openings);
    }

    [Fact]
    public void The_first_rows_of_a_long_stream_do_not_stand_for_all_of_them()
    {
        // Of rows of so many features the buffer holds few, so that they come almost as they are: 5,000 of target 0, then 1,000 of 300.
        const int Width = 1025, Zeros = 5000, Count = 6000;
        var features = new SparseRows(
            Width, [.. Enumerable.Range(0, Count + 1)], [.. Enumerable.Repeat(0, Count)], [.. Enumerable.Repeat(1f, Count)]);
        var rows = new LabeledRows(features, 1, [.. Enumerable.Range(0, Count).Select(row => row < Zeros ? 0f : 300f)]);
        var start = new Network<float>(NetworkSpec.Input(Width).Dense(1));
        start.Parameters.Write(start.Parameters.Slots[0], new float[Width]);
        var options = new TrainingOptions
        {
            ValidationFraction = 0,
            ShuffleBufferMegabytes = 1,
            BatchSize = 100,
            MaximumEpochs = 2,
            Optimizer = new GradientDescent(1e-30),
        };
        TrainingResult result = new Trainer(start, new SquaredError(), options).Train(new RowsStream(rows));
        Assert.Equal(15_000, result.History.Epochs[^1].TrainLoss, 1);
    }

    private void Interrupt(float weight, int batches, bool isOldFile)
    {
        int seen = 0;
        var power = new Listener
        {
            Batch = () =>
            {
                if (++seen > batches)
                    throw new TimeoutException();
            },
        };
        Assert.Throws<TrainingCallbackException>(() => Trainer(weight, power).Train(Rows));
        // As version 0.1.0 wrote it.
        if (isOldFile)
            CheckpointHeaderEdit.Apply(CheckpointPath, header => Assert.True(header.Remove("Constant")));
    }

    private string MessageOf(float weight, bool checkpoint = true) =>
        Assert.Throws<TrainingDivergedException>(() => Trainer(weight, new Recorder(), checkpoint).Train(Rows)).Message;

    private Trainer Trainer(float weight, ITrainingCallback callback, bool checkpoint = true)
    {
        var start = new Network<float>(NetworkSpec.Input(1).Dense(1));
        start.Parameters.Write(start.Parameters.Slots[0], [weight]);
        return new Trainer(start, new SquaredError(), new TrainingOptions
        {
            ValidationFraction = 0,
            BatchSize = 1,
            MaximumEpochs = 3,
            Optimizer = new GradientDescent(1e-30),
            Callbacks = [callback],
            Checkpoint = checkpoint ? new Checkpoint(CheckpointPath) { Every = TimeSpan.FromSeconds(1) } : null,
            TimeProvider = new ImpatientClock(),
        });
    }
}
