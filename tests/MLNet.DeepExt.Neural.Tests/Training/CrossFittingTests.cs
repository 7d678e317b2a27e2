using MLNet.DeepExt.Neural.Data;
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
        Assert.NotEqual(1, calibrated.Temperature);
        Assert.True(calibrated.CrossFittedLoss < plain.CrossFittedLoss, $"{calibrated.CrossFittedLoss} {plain.CrossFittedLoss}");
        Slot[] heads = [.. plain.Network.Parameters.Slots.Where(slot => slot.Name.Contains("2.dense", StringComparison.Ordinal))];
        Assert.Equal(2 * Folds, heads.Length);
        foreach (Slot slot in plain.Network.Parameters.Slots)
        {
            double factor = heads.Contains(slot) ? calibrated.Temperature : 1;
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
        Assert.InRange(result.Temperature, 0.3, 1);
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
        Assert.Equal(first.Temperature, again.Temperature);
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

    private static TrainingResult Train(TrainingOptions options) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(Rows));

    private static float[] Numbers(Network<float> network) => [.. network.Parameters.Slots.SelectMany(network.Parameters.Read)];
}
