using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

[Trait("Spec", "B2")]
public sealed class AugmentedTrainingTests : IDisposable
{
    private static readonly NetworkSpec Spec =
        NetworkSpec.Input(Clusters.Width).Dense(24).BatchNorm().Relu().Dropout(0.8f).Dense(Clusters.Classes);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(2, 0, false)]
    [InlineData(3, 3, false)]
    [InlineData(1, 0, true)]
    [InlineData(2, 1, true)]
    [InlineData(2, 3, true)]
    public void The_network_is_the_same_for_any_number_of_threads_in_memory_and_streaming(int threads, int ahead, bool streams)
    {
        TrainingOptions options = Options with { Augmentation = Augment.Noise(0.2f).SwapNoise(0.1f).MixUp(0.3f) };
        LabeledRows rows = Clusters.Rows(203, weighted: true);
        float[] expected = Learned(Trainer(options with { NumberOfThreads = 1, AugmentationThreads = 0 }).Train(rows));
        Trainer trainer = Trainer(options with { NumberOfThreads = threads, AugmentationThreads = ahead });
        Assert.Equal(expected, Learned(streams ? trainer.Train(new RowsStream(rows)) : trainer.Train(rows)));
        Assert.NotEqual(expected, Learned(Trainer(Options).Train(rows)));
        Assert.NotEqual(expected, Learned(Trainer(options with { Seed = 2 }).Train(rows)));
    }

    [Fact]
    public void Sparse_rows_are_written_out_and_learned_as_dense_ones()
    {
        DenseBlock<float> features = SparseRowsOf.Random<float>(150, Clusters.Width, 0.3, new Random(1));
        int[] classes = Clusters.Rows(150).Classes;
        LabeledRows dense = new(SparseRowsOf.Written(features), classes), sparse = new(SparseRowsOf.Rows(features), classes);
        TrainingOptions options = Options with { Augmentation = Augment.Noise(0.2f) };
        Assert.Equal(Learned(Trainer(options).Train(dense)), Learned(Trainer(options).Train(sparse)));
    }

    [Fact]
    public void Validation_and_prediction_have_their_rows_as_they_are()
    {
        // Noise so large that rows are not to be recognized: what is learned is of no use, but the validation loss is that of clean rows.
        LabeledRows rows = Clusters.Rows(120), validation = Clusters.Rows(80, seed: 3);
        TrainingOptions options = Options with { Augmentation = Augment.Noise(50), MaximumEpochs = 3, Patience = 10 };
        TrainingResult result = Trainer(options).Train(rows, validation);
        var predictor = new Predictor(result.Network, new SoftmaxCrossEntropy());
        var probabilities = new float[validation.Count * Clusters.Classes];
        predictor.Predict(validation.DenseFeatures(), validation.Count, probabilities, predictor.CreateBuffer(validation.Count));
        double loss = validation.Classes.Select((label, row) => -Math.Log(probabilities[row * Clusters.Classes + label])).Average();
        Assert.Equal(loss, result.History.Epochs[result.History.BestEpoch - 1].ValidationLoss!.Value, 1e-4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void An_interrupted_training_goes_on_to_the_same_network(int ahead)
    {
        TrainingOptions options =
            Options with { Augmentation = Augment.Noise(0.2f).MixUp(0.3f), MaximumEpochs = 6, AugmentationThreads = ahead };
        LabeledRows rows = Clusters.Rows(180);
        float[] expected = Learned(Trainer(options).Train(rows));
        string path = Path.Combine(_folder, "training.checkpoint");
        options = options with { Checkpoint = new Checkpoint(path) };
        using (var cancel = new CancellationTokenSource())
        {
            var listener = new BatchCounter(20, cancel);
            TrainingResult interrupted = Trainer(options with { Callbacks = [listener] }).Train(rows, cancellationToken: cancel.Token);
            Assert.Equal(StopReason.Cancelled, interrupted.Reason);
        }

        Assert.Equal(expected, Learned(Trainer(options).Train(rows)));
        string message = Assert.Throws<InvalidOperationException>(
            () => Trainer(options with { Augmentation = Augment.Noise(0.25f).MixUp(0.3f) }).Train(rows)).Message;
        Assert.Contains("was written by another training: its augmentation is", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_that_does_not_fit_the_rows_is_refused_before_training()
    {
        Assert.Equal(
            "The augmentation Rotation changes images but the image shape of a row of 5 features is not set; "
                + "use OnImages(height, width, channels).",
            Refused(Augment.Noise(0.1f).Rotate(10)));
        Assert.Equal(
            "Images of 2 × 3 × 1 have 6 numbers but rows have 5 features; set the size with OnImages.",
            Refused(Augment.Flip().OnImages(2, 3)));
        Assert.Equal(
            "Height, Width and Channels of an image must be at least 1 but are 0, 3 and 1; "
                + "a gray image of MNIST has 28, 28 and 1.",
            Refused(Augment.Flip().OnImages(0, 3)));
        Assert.Equal(
            "Fill must be finite but is NaN; 0 is black, null repeats the edges.", Refused(Augment.Noise(0.1f) with { Fill = float.NaN }));
        Assert.Equal(
            "A category of 2 slots from slot 4 exceeds the 5 features of a row; remove it.",
            Refused(Augment.Noise(0.1f) with { Categories = [new SlotRange(4, 2)] }));
        Assert.Equal(
            "A category of 1 slots from slot 2 overlaps or precedes one that ends before slot 3; "
                + "give categories of at least 1 slot in ascending order.",
            Refused(Augment.Noise(0.1f) with { Categories = [new SlotRange(1, 2), new SlotRange(2, 1)] }));
        Assert.Equal("Augmentation has no steps; use null for no augmentation.", Refused(AugmentationRecipe.Empty));
    }

    private static string Refused(AugmentationRecipe recipe) =>
        Assert.Throws<ArgumentException>(() => Trainer(Options with { Augmentation = recipe })).WithoutParameter();

    private static TrainingOptions Options { get; } = new() { Seed = 1, BatchSize = 24, MaximumEpochs = 5, NumberOfThreads = 2 };

    private static Trainer Trainer(TrainingOptions options) => new(Spec, new SoftmaxCrossEntropy(), options);

    private static float[] Learned(TrainingResult result) =>
        [.. result.Network.Parameters.Slots.Concat(result.Network.Parameters.Buffers).SelectMany(result.Network.Parameters.Read),
            .. result.History.Epochs.Select(epoch => (float)epoch.TrainLoss)];

    private sealed class BatchCounter(int batches, CancellationTokenSource cancel) : IBatchCallback
    {
        private int _seen;

        public void OnBatchEnd(in BatchRecord batch)
        {
            if (++_seen == batches)
                cancel.Cancel();
        }
    }
}
