using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>A training fits the encoders of its network to the rows that it learns from, in memory and streaming.</summary>
[Trait("Spec", "G1")]
public sealed class EncoderFittingTests
{
    private const int Rows = 400, Width = 4;

    private static readonly NetworkSpec Encoded = NetworkSpec.Input(Width)
        .Then(new RobustScale { Columns = [new(0, 1)] })
        .Then(new PiecewiseLinearEmbedding { Columns = [new(0, 1)], Bins = 5, Dimension = 3, AddLinear = true })
        .Then(new RobustScale { Columns = [new(3, 2)] })
        .Then(new Standardize { Columns = [new(5, 1)] })
        .Dense(6).Relu().Dense(2);

    private static readonly TrainingOptions Options = new() { MaximumEpochs = 3, Seed = 5, BatchSize = 32, ValidationFraction = 0.25 };

    [Fact]
    public void The_returned_network_has_what_was_learned_of_the_training_rows()
    {
        LabeledRows rows = Make(seed: 1);
        NetworkSpec spec = NetworkSpec.Input(Width).Then(new Standardize()).Dense(2);
        TrainingResult result = Train(spec, Options with { ValidationFraction = 0 }, rows, null, stream: false);
        var fitted = (Standardize)result.Network.Spec.Layers[0];
        for (int column = 0; column < Width; column++)
        {
            double[] values = [.. Enumerable.Range(0, Rows).Select(row => (double)Values(rows)[row * Width + column])];
            double mean = values.Average();
            Assert.Equal(mean, fitted.Means![column], Math.Abs(mean) * 1e-9);
            Assert.Equal(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), fitted.Deviations![column], 1e-6);
        }

        Assert.Equal(new Standardize(), spec.Layers[0]); // the description that was given stays as it was
    }

    [Fact]
    public void Categories_behind_an_encoder_that_changes_their_codes_are_refused()
    {
        NetworkSpec spec = NetworkSpec.Input(2).Then(new Standardize { Columns = [new(1, 1)] }).Then(new OneHot { Columns = [new(1, 1)] }).Dense(2);
        Assert.Equal(
            $"Layer 1, {spec.Layers[1]}, looks up the exact values of input 1, which an encoder before it changes; put it before that encoder.",
            Assert.Throws<ArgumentException>("spec", () => new Trainer(spec, new SoftmaxCrossEntropy(), Options)).WithoutParameter());
        Assert.NotNull(new Trainer(
            NetworkSpec.Input(2).Then(new Standardize { Columns = [new(1, 1)] }).Then(new OneHot { Columns = [new(0, 1)] }).Dense(2),
            new SoftmaxCrossEntropy(), Options));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_learned_of_given_validation_rows(bool stream)
    {
        LabeledRows rows = Make(seed: 1), other = Changed(Make(seed: 2), _ => true);
        NetworkSpec expected = Train(Encoded, Options, rows, Make(seed: 2), stream).Network.Spec;
        Assert.True(expected.IsFitted);
        Assert.Equal(expected, Train(Encoded, Options, rows, other, stream).Network.Spec);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_learned_of_the_share_that_is_set_aside(bool stream)
    {
        LabeledRows rows = Make(seed: 1);
        NetworkSpec expected = Train(Encoded, Options, rows, null, stream).Network.Spec;
        HashSet<int> learned = LearnedRows(rows);
        Assert.Equal(300, learned.Count);
        Assert.Equal(expected, Train(Encoded, Options, Changed(rows, row => !learned.Contains(row)), null, stream).Network.Spec);
        // One row that is learned from makes a difference.
        Assert.NotEqual(expected, Train(Encoded, Options, Changed(rows, row => row == learned.First()), null, stream).Network.Spec);
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(0)]
    public void A_stream_is_read_as_often_as_for_a_network_without_encoders_and_learns_the_same_as_in_memory(double fraction)
    {
        LabeledRows rows = Make(seed: 1);
        TrainingOptions options = Options with { ValidationFraction = fraction };
        RowsStream encoded = new(rows), plain = new(rows);
        TrainingResult result = new Trainer(Encoded, new SoftmaxCrossEntropy(), options).Train(encoded);
        _ = new Trainer(NetworkSpec.Input(Width).Then(new RobustScale { Medians = [0, 0, 0, 0], Scales = [1, 0.01, 1, 1] }).Dense(2),
            new SoftmaxCrossEntropy(), options).Train(plain);
        Assert.Equal(plain.Openings, encoded.Openings);
        TrainingResult inMemory = Train(Encoded, options, rows, null, stream: false);
        Assert.Equal(inMemory.Network.Spec, result.Network.Spec);
        Assert.Equal(inMemory.Network.Parameters.Values.ToArray(), result.Network.Parameters.Values.ToArray());
    }

    [Fact]
    public void Rows_of_weight_zero_are_left_out_and_all_others_count_alike()
    {
        LabeledRows rows = Make(seed: 1);
        int[] kept = [.. Enumerable.Range(0, Rows).Where(row => row % 3 != 0)];
        var few = new LabeledRows(
            Width, [.. kept.SelectMany(row => Values(rows)[(row * Width)..((row + 1) * Width)])], [.. kept.Select(row => rows.Classes[row])]);
        float[] weights = [.. Enumerable.Range(0, Rows).Select(row => row % 3 == 0 ? 0 : row % 7 + 0.5f)];
        var weighted = new LabeledRows(Width, Values(Changed(rows, row => row % 3 == 0)), rows.Classes, weights);
        TrainingOptions options = Options with { ValidationFraction = 0 };
        NetworkSpec expected = Train(Encoded, options, few, null, stream: false).Network.Spec;
        Assert.Equal(expected, Train(Encoded, options, weighted, null, stream: false).Network.Spec);
        Assert.Equal(expected, Train(Encoded, options, weighted, null, stream: true).Network.Spec);
    }

    [Fact]
    public void Zeros_that_rows_leave_out_count()
    {
        LabeledRows dense = Make(seed: 1);
        var starts = new List<int> { 0 };
        var columns = new List<int>();
        var values = new List<float>();
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Width; column++)
            {
                if (Values(dense)[row * Width + column] is not 0 and var value)
                {
                    columns.Add(column);
                    values.Add(value);
                }
            }

            starts.Add(values.Count);
        }

        Assert.InRange(values.Count, 1, Rows * Width - 50);
        var sparse = new LabeledRows(new SparseRows(Width, [.. starts], [.. columns], [.. values]), dense.Classes);
        TrainingResult expected = Train(Encoded, Options, dense, null, stream: false), actual = Train(Encoded, Options, sparse, null, stream: false);
        Assert.Equal(expected.Network.Spec, actual.Network.Spec);
        Assert.Equal(expected.Network.Parameters.Values.ToArray(), actual.Network.Parameters.Values.ToArray());
    }

    [Fact]
    public void It_learns_from_columns_of_any_size_what_it_learns_from_scaled_ones()
    {
        LabeledRows rows = Make(seed: 1);
        var options = new TrainingOptions { MaximumEpochs = 30, Seed = 5, ValidationFraction = 0.25 };
        double scaled = BestLoss(NetworkSpec.Input(Width).Then(new Standardize()).Dense(8).Tanh().Dense(2));
        double raw = BestLoss(NetworkSpec.Input(Width).Dense(8).Tanh().Dense(2));
        Assert.InRange(scaled, 0, 0.35);
        Assert.InRange(raw, 1.3 * scaled, double.PositiveInfinity);

        double BestLoss(NetworkSpec spec)
        {
            TrainingResult result = Train(spec, options, rows, null, stream: false);
            return result.History.Epochs[result.History.BestEpoch - 1].ValidationLoss!.Value;
        }
    }

    [Fact]
    public void A_training_that_goes_on_from_a_checkpoint_has_the_same_encoders()
    {
        string folder = Directory.CreateTempSubdirectory("encoders").FullName;
        try
        {
            LabeledRows rows = Make(seed: 1);
            TrainingOptions options = Options with { MaximumEpochs = 6 };
            TrainingResult expected = Train(Encoded, options, rows, null, stream: false);
            TrainingOptions checkpointed = options with { Checkpoint = new Checkpoint(Path.Combine(folder, "checkpoint")) };
            using (var cancellation = new CancellationTokenSource())
            {
                TrainingResult first = new Trainer(
                    Encoded, new SoftmaxCrossEntropy(),
                    checkpointed with { Callbacks = [new Cancelling(cancellation, epoch: 2)] }).Train(rows, cancellationToken: cancellation.Token);
                Assert.Equal(2, first.History.Epochs.Count);
            }

            TrainingResult resumed = Train(Encoded, checkpointed, rows, null, stream: false);
            Assert.Equal(expected.Network.Spec, resumed.Network.Spec);
            Assert.Equal(expected.Network.Parameters.Values.ToArray(), resumed.Network.Parameters.Values.ToArray());
            Assert.Equal(expected.History.Epochs.Select(epoch => epoch.TrainLoss), resumed.History.Epochs.Select(epoch => epoch.TrainLoss));

            // Other rows are named as such, and not as the encoders that learned of them.
            InvalidOperationException refused = Assert.Throws<InvalidOperationException>(
                () => Train(Encoded, checkpointed, Changed(rows, _ => true), null, stream: false));
            Assert.Contains("its code of the training features is ", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void An_encoder_that_cannot_be_fitted_is_refused_before_rows_are_read()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new Trainer(
            NetworkSpec.Input(2).Dense(3).Then(new Standardize()).Dense(2), new SoftmaxCrossEntropy(), Options));
        Assert.Equal(
            ("spec", "Layer 1, Standardize(not fitted), reads input 0, which a layer before it computes, so it cannot be fitted to the rows; "
                + "put it first, or behind encoders that pass this input or scale it."),
            (refused.ParamName, refused.WithoutParameter()));
    }

    [Fact]
    public void A_network_that_is_trained_further_keeps_its_encoders()
    {
        Network<float> start = Train(Encoded, Options, Make(seed: 1), null, stream: false).Network;
        TrainingResult further = new Trainer(start, new SoftmaxCrossEntropy(), Options).Train(Make(seed: 3));
        Assert.Equal(start.Spec, further.Network.Spec);
    }

    private static TrainingResult Train(NetworkSpec spec, TrainingOptions options, LabeledRows rows, LabeledRows? validation, bool stream)
    {
        var trainer = new Trainer(spec, new SoftmaxCrossEntropy(), options);
        return stream
            ? trainer.Train(new RowsStream(rows), validation is null ? null : new RowsStream(validation))
            : trainer.Train(rows, validation);
    }

    // Columns of different size, of which the first and the last say the class.
    private static LabeledRows Make(int seed)
    {
        var random = new Random(seed);
        var features = new float[Rows * Width];
        var classes = new int[Rows];
        for (int row = 0; row < Rows; row++)
        {
            classes[row] = row % 2;
            features[row * Width] = 1000 + 50 * classes[row] + 40 * random.NextSingle();
            features[row * Width + 1] = random.Next(3) == 0 ? 0 : MathF.Exp(3 * random.NextSingle());
            features[row * Width + 2] = random.NextSingle() / 100;
            features[row * Width + 3] = random.NextSingle() - 0.3f * classes[row];
        }

        return new LabeledRows(Width, features, classes);
    }

    // Far out, in the rows that are named.
    private static LabeledRows Changed(LabeledRows rows, Func<int, bool> isChanged) => new(
        Width, [.. Values(rows).Select((value, i) => isChanged(i / Width) ? -1e6f * (value + i % 5) : value)], rows.Classes);

    private static float[] Values(LabeledRows rows) => ((DenseRows)rows.Features).Values;

    // Of a training on these rows with these options, whatever its network.
    private static HashSet<int> LearnedRows(LabeledRows rows)
    {
        using TrainingSources sources = TrainingSources.OfRows(Options, keepSparse: false, rows, null);
        var learned = new HashSet<int>();
        Batch<float> batch = sources.Training.CreateBatch();
        sources.Training.BeginEpoch(1);
        while (sources.Training.MoveNext(batch))
            learned.UnionWith(batch.RowIds.ToArray().Take(batch.Rows).Select(row => (int)row));
        return learned;
    }

    private sealed class Cancelling(CancellationTokenSource source, int epoch) : ITrainingCallback
    {
        public void OnEpochEnd(EpochRecord record)
        {
            if (record.Epoch == epoch)
                source.Cancel();
        }
    }
}
