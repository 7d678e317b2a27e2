using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
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
