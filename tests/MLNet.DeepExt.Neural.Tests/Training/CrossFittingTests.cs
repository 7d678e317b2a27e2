using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Each network of an ensemble is stopped by another fold, and all rows calibrate them.</summary>
[Trait("Spec", "G4")]
public sealed class CrossFittingTests : IDisposable
{
    private const int Rows = 150, Folds = 4;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(16).Relu().Dense(Clusters.Classes);

    private static readonly TrainingOptions Options = new()
    {
        Seed = 5,
        MaximumEpochs = 6,
        Optimizer = new Adam(0.02),
        NumberOfThreads = 1,
        Ensemble = Folds,
        CrossFitting = true,
        ValidationFraction = 0,
        Patience = TrainingOptions.EveryEpoch,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    public void Folds_are_equal_parts_of_every_class_that_hold_each_row_once(int folds)
    {
        var random = new Random(1);
        int[] classes = [.. Enumerable.Range(0, 203).Select(row => row == 17 ? 3 : random.Next(10) < 7 ? 0 : random.Next(1, 3))];
        int[] rowsOfClass = StratifiedSplit.CountOf(classes);
        int[][] parts = [.. Enumerable.Range(0, folds).Select(
            fold => StratifiedSplit.Fold(rowsOfClass, folds, fold, new CounterRandom(3)).Draw(classes).HeldOut)];
        Assert.Equal(Enumerable.Range(0, 203).Where(row => row != 17), parts.SelectMany(part => part).Order());
        Assert.InRange(parts.Max(part => part.Length) - parts.Min(part => part.Length), 0, 1);
        foreach (int label in new[] { 0, 1, 2 })
        {
            int[] counts = [.. parts.Select(part => part.Count(row => classes[row] == label))];
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }

        // Which rows they are is drawn.
        Assert.NotEqual(parts[0], StratifiedSplit.Fold(rowsOfClass, folds, 0, new CounterRandom(4)).Draw(classes).HeldOut);
        Assert.Contains(parts[0].Zip(parts[0].Skip(1)), pair => pair.Second - pair.First != folds);
    }

    [Fact]
    public void Every_row_is_held_out_by_one_network()
    {
        TrainingResult result = Train(Options);
        Assert.Equal(Rows, result.Histories.Sum(history => history.ValidationRows));
        Assert.All(result.Histories, history => Assert.Equal(Rows, history.TrainingRows + history.ValidationRows));
    }

    [Fact]
    public void Rows_that_stream_by_are_divided_into_the_same_folds() => Assert.Equal(
        Numbers(Train(Options).Network),
        Numbers(new Trainer(Spec, new SoftmaxCrossEntropy(), Options).Train(new RowsStream(Clusters.Rows(Rows))).Network));

    [Fact]
    public void One_temperature_is_learned_of_all_rows_and_divides_the_logits_of_all_networks()
    {
        TrainingOptions options = Options with { MaximumEpochs = 60 };
        TrainingResult plain = Train(options), calibrated = Train(options with { TemperatureScaling = true });
        Assert.NotEqual(1, calibrated.Temperatures[0]);
        Assert.Equal(Folds, calibrated.Temperatures.Count);
        Assert.True(calibrated.CrossFittedLoss < plain.CrossFittedLoss, $"{calibrated.CrossFittedLoss} {plain.CrossFittedLoss}");
        Slot[] heads = [.. plain.Network.Parameters.Slots.Where(slot => slot.Name.Contains("2.dense", StringComparison.Ordinal))];
        Assert.Equal(2 * Folds, heads.Length);
        foreach (Slot slot in plain.Network.Parameters.Slots)
        {
            double factor = heads.Contains(slot) ? calibrated.Temperatures[0] : 1;
            float[] expected = [.. plain.Network.Parameters.Read(slot).Select(value => (float)(value / factor))];
            Assert.Equal(expected, calibrated.Network.Parameters.Read(slot));
        }
    }

    [Fact]
    public void Rows_that_are_all_predicted_right_make_no_network_as_certain_as_can_be()
    {
        var rows = new LabeledRows(
            1, [.. Enumerable.Range(0, 60).Select(row => row < 30 ? -1f : 1f)], [.. Enumerable.Range(0, 60).Select(row => row / 30)]);
        var options = Options with { TemperatureScaling = true, MaximumEpochs = 30 };
        TrainingResult result = new Trainer(NetworkSpec.Input(1).Dense(8).Tanh().Dense(2), new SoftmaxCrossEntropy(), options).Train(rows);
        Assert.InRange(result.Temperatures[0], 0.3, 1);
    }

    [Fact]
    public void The_loss_of_the_folds_is_the_mean_of_the_losses_of_rows_that_were_not_learned()
    {
        TrainingResult result = Train(Options);
        double sum = result.Histories.Sum(history => history.ValidationRows * history.Epochs[history.BestEpoch - 1].ValidationLoss!.Value);
        Assert.Equal(sum / Rows, result.CrossFittedLoss!.Value, 1e-5);
    }

    [Fact]
    public void Training_goes_on_from_a_checkpoint_to_the_same_bits()
    {
        TrainingOptions options = Options with { TemperatureScaling = true, Checkpoint = new Checkpoint(Path.Combine(_folder, "run")) };
        TrainingResult first = Train(options), again = Train(options);
        Assert.Equal(Numbers(first.Network), Numbers(again.Network));
        Assert.Equal(first.Temperatures, again.Temperatures);
        Assert.Throws<InvalidOperationException>(() => Train(options with { CrossFitting = false, ValidationFraction = 0.25 }));
    }

    [Fact]
    public void Validation_rows_that_are_given_take_the_place_of_folds()
    {
        TrainingResult result = new Trainer(Spec, new SoftmaxCrossEntropy(), Options).Train(Clusters.Rows(Rows), Clusters.Rows(30, seed: 2));
        Assert.All(result.Histories, history => Assert.Equal((Rows, 30), (history.TrainingRows, history.ValidationRows)));
        Assert.Null(result.CrossFittedLoss);
    }

    [Fact]
    public void Folds_of_one_network_are_refused() => Assert.Equal(
        "CrossFitting is true but Ensemble is 1; folds need at least 2 networks, and 5 are usual.",
        Assert.Throws<ArgumentException>("Ensemble", () => (Options with { Ensemble = 1 }).Validate()).WithoutParameter());

    [Fact]
    public void The_quantiles_of_all_networks_are_shifted_by_the_rows_of_all_folds()
    {
        LabeledRows rows = Numbers(400);
        var loss = new Quantile { Quantiles = [0.1, 0.5, 0.9] };
        NetworkSpec spec = NetworkSpec.Input(2).Dense(16).Relu().Dense(3);
        TrainingOptions options = Options with { MaximumEpochs = 3 };
        TrainingResult plain = new Trainer(spec, loss, options).Train(rows);
        TrainingResult shifted = new Trainer(spec, loss, options with { QuantileCalibration = true }).Train(rows);
        Assert.True(shifted.CrossFittedLoss < plain.CrossFittedLoss, $"{shifted.CrossFittedLoss} {plain.CrossFittedLoss}");
        float[][] changes =
        [
            .. plain.Network.Parameters.Slots.Where(slot => slot.Name.EndsWith("2.dense.bias", StringComparison.Ordinal)).Select(slot =>
                plain.Network.Parameters.Read(slot).Zip(shifted.Network.Parameters.Read(slot), (before, after) => after - before).ToArray()),
        ];
        Assert.Equal(Folds, changes.Length);
        Assert.All(changes, change => Assert.All(change.Zip(changes[0]), pair => Assert.Equal(pair.Second, pair.First, 1e-5f)));
        Assert.Contains(changes[0], change => change != 0);
    }

    [Fact]
    public void Too_few_rows_for_a_quantile_are_a_warning_to_callbacks_and_in_the_history()
    {
        var warnings = new WarningList();
        TrainingResult result = new Trainer(
            NetworkSpec.Input(2).Dense(2), new Quantile { Quantiles = [0.01, 0.5] },
            Options with { QuantileCalibration = true, Callbacks = [warnings], BatchSize = 16 }).Train(Numbers(60));
        const string Expected = "Quantiles 0.01 are not calibrated, because this needs 99 validation rows with a target but there are 60, counted by "
            + "their weights; give more of them, or set QuantileCalibration to false.";
        Assert.Contains(Expected, warnings.Warnings);
        Assert.Contains(Expected, result.Histories[^1].Warnings);
    }

    [Fact]
    public void A_target_that_one_fold_alone_has_is_an_error_before_any_network_is_trained()
    {
        LabeledRows rows = Numbers(60);
        float[] targets = [.. Enumerable.Range(0, 120).Select(i => i % 2 == 0 || i == 31 ? i : float.NaN)];
        var trained = new WarningList();
        var trainer = new Trainer(
            NetworkSpec.Input(2).Dense(2), new SquaredError(), Options with { Callbacks = [trained], BatchSize = 16 });
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => trainer.Train(new LabeledRows(new DenseRows(2, rows.DenseFeatures()), 2, targets)));
        Assert.Equal(
            "None of the 45 training rows has a value of target 1; remove the target, or give rows that have it; with CrossFitting, a target needs "
            + "values in two folds or more: set CrossFitting to false.",
            error.Message);
        Assert.False(trained.HasStarted);
    }

    [Fact]
    public void Fewer_rows_than_folds_are_refused() => Assert.Equal(
        "CrossFitting divides the rows into 4 folds but there are 3 rows with a weight; train fewer networks (Ensemble), or set CrossFitting to "
        + "false.",
        Assert.Throws<ArgumentException>(
            "CrossFitting", () => new Trainer(Spec, new SoftmaxCrossEntropy(), Options).Train(Clusters.Rows(3))).WithoutParameter());

    [Fact]
    public void A_fold_of_a_stream_that_is_larger_than_the_buffer_is_refused()
    {
        int held = (1 << 20) / sizeof(float) / Lanes.Stride(128); // rows in a MiB
        var rows = new LabeledRows(128, new float[128 * 9000], new int[9000]);
        Assert.Equal(
            $"CrossFitting holds out 2250 of 9000 rows as a fold, in memory, but the buffer holds {held}; raise ShuffleBufferMegabytes, train more "
            + "networks (Ensemble), or set CrossFitting to false.",
            Assert.Throws<ArgumentException>("CrossFitting", () => new Trainer(
                NetworkSpec.Input(128).Dense(1), new BinaryCrossEntropy(), Options with { ShuffleBufferMegabytes = 1 })
                .Train(new RowsStream(rows))).WithoutParameter());
    }

    private static LabeledRows Numbers(int count)
    {
        var random = new Random(3);
        float[] features = [.. Enumerable.Range(0, 2 * count).Select(_ => random.NextSingle())];
        float[] targets = [.. Enumerable.Range(0, count).Select(row => 5 + features[2 * row] + 2 * random.NextSingle())];
        return new LabeledRows(new DenseRows(2, features), 1, targets);
    }

    private static TrainingResult Train(TrainingOptions options) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(Rows));

    private static float[] Numbers(Network<float> network) => [.. network.Parameters.Slots.SelectMany(network.Parameters.Read)];

    private sealed class WarningList : ITrainingCallback
    {
        public List<string> Warnings { get; } = [];

        public bool HasStarted { get; private set; }

        public void OnStarted(TrainingStarted started) => HasStarted = true;

        public void OnWarning(string warning) => Warnings.Add(warning);
    }
}
