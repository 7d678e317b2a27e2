using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>The course's way to see that training is right: before dropout is turned on, the cost must fall in every step.</summary>
[Trait("Spec", "A13")]
[Trait("Spec", "A13b")]
public sealed class CostTests
{
    private const int Rows = 200;

    [Theory]
    [InlineData(nameof(GradientDescent))]
    [InlineData(nameof(Momentum))]
    [InlineData(nameof(Adam))]
    public void Without_dropout_the_cost_of_all_rows_falls_in_every_step_at_a_small_rate(string optimizer)
    {
        double[] costs = CostsOf(NetworkSpec.Input(Clusters.Width).Dense(12).Relu().Dense(8).Tanh().Dense(Clusters.Classes), optimizer);
        for (int i = 1; i < costs.Length; i++)
            Assert.True(costs[i] < costs[i - 1], $"Step {i} led from {costs[i - 1]:R} to {costs[i]:R}.");
        Assert.True(costs[^1] < 0.8 * costs[0]);
    }

    [Fact]
    public void With_dropout_the_cost_rises_now_and_then()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(12).Relu().Dropout(0.5f).Dense(8).Tanh().Dense(Clusters.Classes);
        double[] costs = CostsOf(spec, nameof(GradientDescent));
        Assert.Contains(costs.Zip(costs.Skip(1)), pair => pair.Second > pair.First);
    }

    [Fact]
    public void The_cost_in_the_history_is_loss_and_penalty_of_the_same_weights()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(12).Relu().Dense(Clusters.Classes);
        var regularizer = new L2(3);
        TrainingOptions options = new()
        {
            Optimizer = new GradientDescent(0.05),
            Regularizer = regularizer,
            BatchSize = Rows,
            MaximumEpochs = 6,
            ValidationFraction = 0,
            Seed = 3,
        };
        EpochRecord[] epochs = [.. new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(Rows)).History.Epochs];
        double penalty = PenaltyOf(new Network<float>(spec, seed: 3));
        foreach (EpochRecord epoch in epochs)
        {
            Assert.Equal(epoch.TrainLoss + penalty, epoch.Cost!.Value, 1e-12);
            Assert.NotEqual(penalty, epoch.Penalty!.Value);
            penalty = epoch.Penalty.Value; // of the weights after the epoch, which the next one begins with
        }

        double PenaltyOf(Network<float> network) =>
            3.0 / (2 * Rows) * network.Parameters.Slots.Where(slot => slot.Kind == SlotKind.Weight)
                .SelectMany(network.Parameters.Read).Sum(weight => (double)weight * weight);
    }

    [Fact]
    public void The_cost_of_mini_batches_is_that_of_the_last_one_and_without_a_penalty_its_loss()
    {
        var recorder = new Recorder();
        TrainingOptions options = new() { BatchSize = 70, MaximumEpochs = 3, ValidationFraction = 0, Callbacks = [recorder] };
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(12).Relu().Dense(Clusters.Classes);
        History history = new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(Rows)).History;
        Assert.Equal(
            recorder.Batches.GroupBy(batch => batch.Epoch).Select(epoch => epoch.Last().Loss), history.Epochs.Select(epoch => epoch.Cost!.Value));
    }

    // A batch of all rows: the loss of an epoch is the cost before its step.
    private static double[] CostsOf(NetworkSpec spec, string optimizer)
    {
        var options = new TrainingOptions
        {
            Optimizer = optimizer switch
            {
                nameof(GradientDescent) => new GradientDescent(0.05),
                nameof(Momentum) => new Momentum(0.02),
                nameof(Adam) => new Adam(0.001),
                _ => throw new ArgumentException(optimizer),
            },
            BatchSize = Rows,
            MaximumEpochs = 200,
            ValidationFraction = 0,
            Seed = 3,
        };
        TrainingResult result = new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(Rows));
        return [.. result.History.Epochs.Select(epoch => epoch.TrainLoss)];
    }
}
