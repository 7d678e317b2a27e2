using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>How an epoch is cut into batches, from one row to all of them.</summary>
[Trait("Spec", "A7")]
public sealed class MiniBatchTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(9).Tanh().Dense(Clusters.Classes);

    [Theory]
    [InlineData(200, 60, new[] { 60, 60, 60, 20 })]
    [InlineData(180, 60, new[] { 60, 60, 60 })]
    [InlineData(121, 60, new[] { 60, 61 })]
    [InlineData(122, 60, new[] { 60, 60, 2 })]
    [InlineData(5, 1, new[] { 1, 1, 1, 1, 1 })]
    [InlineData(50, 50, new[] { 50 })]
    [InlineData(50, null, new[] { 50 })]
    [InlineData(200, null, new[] { 64, 64, 64, 8 })]
    public void The_last_batch_may_be_smaller_and_a_single_row_joins_the_one_before(int rows, int? size, int[] batches)
    {
        var recorder = new Recorder();
        Train(rows, new() { BatchSize = size, MaximumEpochs = 2, Callbacks = [recorder] });
        Assert.Equal(batches.Concat(batches), recorder.Batches.Select(batch => batch.Rows));
        Assert.Equal(Enumerable.Range(1, 2 * batches.Length).Select(step => (long)step), recorder.Batches.Select(batch => batch.Step));
    }

    [Fact]
    public void A_batch_of_all_rows_is_plain_gradient_descent()
    {
        LabeledRows rows = Clusters.Rows(70, weighted: true);
        var network = new Network<double>(Spec, seed: 6);
        Batch<double> batch = new(
            RandomBatches.Block(70, Clusters.Width, Array.ConvertAll(rows.DenseFeatures(), feature => (double)feature)),
            Target<double>.OfClasses(70));
        rows.Classes.CopyTo(batch.Target.Classes);
        for (int row = 0; row < 70; row++)
            batch.Weights[row] = rows.WeightOf(row);
        double total = batch.Weights.ToArray().Sum();
        Workspace<double> workspace = network.CreateWorkspace(70);
        Memory<double> gradient = network.CreateGradient();
        var losses = new List<double>();
        var costs = new double[70];
        for (int epoch = 0; epoch < 15; epoch++)
        {
            DenseBlock<double> logits = network.Forward(batch.Inputs, workspace, ForwardMode.Train);
            new SoftmaxCrossEntropy().CostAndGradient(logits, batch.Target, batch.Weights, total, costs, workspace.OutputGradient, 0, 70);
            losses.Add(costs.Zip(batch.Weights.ToArray(), (cost, weight) => cost * weight).Sum() / total);
            network.Backward(workspace, gradient.Span);
            foreach (Slot slot in network.Parameters.Slots)
            {
                double[] slopes = network.ReadGradient(slot, gradient.Span);
                network.Parameters.Write(slot, [.. network.Parameters.Read(slot).Zip(slopes, (value, slope) => value - 0.5 * slope)]);
            }
        }

        var options = new TrainingOptions
        {
            Seed = 6,
            BatchSize = 70,
            MaximumEpochs = 15,
            ValidationFraction = 0,
            Optimizer = new GradientDescent(0.5),
        };
        TrainingResult result = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(rows);
        Close.Everywhere(losses, [.. result.History.Epochs.Select(epoch => epoch.TrainLoss)], 1e-5, "loss");
        foreach (Slot slot in network.Parameters.Slots)
        {
            double[] actual = Array.ConvertAll(result.Network.Parameters.Read(slot), value => (double)value);
            Close.Everywhere(network.Parameters.Read(slot), actual, 1e-5, slot.Name);
        }
    }

    [Fact]
    public void The_automatic_size_is_the_power_of_two_nearest_to_a_400th_within_its_bounds()
    {
        for (int rows = 1; rows < 2_000_000; rows = rows * 11 / 10 + 1)
        {
            int size = TrainingSources.AutomaticBatchSize(rows);
            Assert.Contains(size, new[] { 64, 128, 256, 512, 1024 });
            double wanted = Math.Clamp(rows / 400.0, 64, 1024);
            Assert.InRange(size / wanted, 1 / Math.Sqrt(2) - 1e-12, Math.Sqrt(2) + 1e-12);
        }
    }

    [Fact]
    public void A_batch_of_more_rows_than_there_are_is_refused() =>
        Assert.Equal(
            "BatchSize is 51 but there are 50 training rows; use at most 50, or null for the default.",
            Assert.Throws<ArgumentException>(() => Train(50, new() { BatchSize = 51 })).WithoutParameter());

    private static TrainingResult Train(int rows, TrainingOptions options) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options with { ValidationFraction = 0 }).Train(Clusters.Rows(rows));
}
