using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Tests.Networks;

/// <summary>How much memory passes take, for each row.</summary>
public sealed class MemoryPlanTests
{
    // Strides of 256, 128 and 7 numbers.
    private const long Wide = 272, Middle = 144, Few = 16;

    [Fact]
    public void A_step_through_layers_one_after_the_other_has_two_blocks_for_each_Dense_and_what_batch_norm_keeps()
    {
        // Element-wise layers work in place, forward and backward; of the first layer nothing goes backward.
        NetworkSpec spec = NetworkSpec.Input(54).Dense(256).Relu().Dense(256).Relu().Dense(7);
        Assert.Equal(2 * (Wide + Wide + Few), StepOf(spec));

        // y and x̂ of a batch norm, and the gradients of its inputs and outputs; a dropout leaves the outputs of a ReLU, which going backward reads.
        NetworkSpec normalized = NetworkSpec.Input(784).Dense(256).BatchNorm().Relu().Dropout(0.8f).Dense(128).BatchNorm().Relu().Dense(7);
        Assert.Equal(6 * Wide + 5 * Middle + 2 * Few, StepOf(normalized));
    }

    [Fact]
    public void A_layer_that_is_read_twice_keeps_its_place()
    {
        // The inputs and outputs of f, the sum in the place of the latter; gradients of f's inputs, of the sum, and what is added.
        NetworkSpec spec = NetworkSpec.Input(10).Dense(256).Residual(inner => inner.Dense(256)).Dense(7);
        MemoryPlan<float> plan = PlanOf(spec);
        Assert.Equal(3 * Wide + Few - Wide, plan.Regions.Take(3).Sum());
        Assert.NotEqual(plan.OfValue(1), plan.OfValue(2));
        Assert.Equal(plan.OfValue(2), plan.OfValue(3));
        Assert.Equal(Few + 3 * Wide, plan.Regions.Skip(3).Sum());
    }

    [Fact]
    public void A_prediction_reuses_what_nobody_reads_any_more()
    {
        NetworkSpec spec = NetworkSpec.Input(10).Dense(256).Relu().Dense(128).Tanh().Dense(256).Residual(inner => inner.Dense(128).Dense(256)).Dense(7);
        MemoryPlan<float> plan = MemoryPlan<float>.ForPrediction(spec.Program);
        // In a block its inputs are kept beside those and the outputs of each layer.
        Assert.Equal(3, plan.Regions.Count);
        Assert.InRange(plan.ElementsPerRow, 2 * Wide + Middle, 3 * Wide);
    }

    private static long StepOf(NetworkSpec spec) => PlanOf(spec).ElementsPerRow;

    private static MemoryPlan<float> PlanOf(NetworkSpec spec)
    {
        var network = new Network<float>(spec);
        Workspace<float> workspace = network.CreateWorkspace(1);
        return MemoryPlan<float>.ForTraining(spec.Program, [.. Enumerable.Range(0, spec.Program.Operations.Count + 1).Select(workspace.Wants)]);
    }
}
