using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Conformance;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Networks;

public sealed class TeamPassesTests
{
    private const int Rows = 11;

    public static TheoryData<string> Names => [.. LayerTable.Names];

    [Theory, MemberData(nameof(Names))]
    public void Passes_by_a_team_have_the_bits_of_those_by_one_thread(string name)
    {
        var network = new Network<float>(LayerTable.Spec(name), seed: 1);
        Batch<float> batch = RandomBatches.OfClasses<float>(Rows, LayerTable.Inputs, LayerTable.Outputs);
        Workspace<float> alone = network.CreateWorkspace(Rows, inputGradient: true);
        Memory<float> expected = network.CreateGradient();
        DenseBlock<float> logits = network.Forward(batch.Inputs, alone, ForwardMode.HeldMask);
        new SoftmaxCrossEntropy().CostAndGradient(logits, batch.Target, alone.OutputGradient);
        network.Backward(alone, expected.Span);
        network.Backward(alone, expected.Span, accumulate: true);
        foreach (int threads in (int[])[1, 2, 3, 5])
        {
            using var team = new WorkerTeam(threads);
            Workspace<float> pass = network.CreateWorkspace(Rows, inputGradient: true);
            Memory<float> gradient = network.CreateGradient();
            DenseBlock<float> outputs = network.Forward(batch.Inputs, pass, ForwardMode.HeldMask, team);
            Assert.Equal(logits.ToDoubles(), outputs.ToDoubles());
            new SoftmaxCrossEntropy().CostAndGradient(outputs, batch.Target, pass.OutputGradient);
            network.Backward(pass, gradient, accumulate: false, team);
            network.Backward(pass, gradient, accumulate: true, team);
            Assert.Equal(expected.ToArray(), gradient.ToArray());
            Assert.Equal(alone.InputGradient!.ToDoubles(), pass.InputGradient!.ToDoubles());
        }
    }

    [Fact]
    public void A_pass_by_a_team_allocates_nothing_and_keeps_nothing()
    {
        var network = new Network<float>(NetworkSpec.Input(5).Dense(20).Relu().Dense(3), seed: 1);
        Batch<float> batch = RandomBatches.OfClasses<float>(Rows, 5, 3);
        Workspace<float> pass = network.CreateWorkspace(Rows, inputGradient: true);
        Memory<float> gradient = network.CreateGradient();
        using var team = new WorkerTeam(2);
        Assert.Equal(0, Allocation.AfterWarmUp(() =>
        {
            network.Forward(batch.Inputs, pass, ForwardMode.Train, team);
            network.Backward(pass, gradient, accumulate: false, team);
        }));
    }

    [Fact]
    public void The_gradient_of_the_input_can_be_had_alone()
    {
        var network = new Network<float>(NetworkSpec.Input(5).Dense(20).Relu().Dense(3), seed: 1);
        Batch<float> batch = RandomBatches.OfClasses<float>(Rows, 5, 3);
        Workspace<float> pass = network.CreateWorkspace(Rows, inputGradient: true), alone = network.CreateWorkspace(Rows, inputGradient: true);
        using var team = new WorkerTeam(2);
        new SoftmaxCrossEntropy().CostAndGradient(
            network.Forward(batch.Inputs, pass, ForwardMode.Train, team), batch.Target, pass.OutputGradient);
        network.Backward(pass, default, accumulate: false, team);
        new SoftmaxCrossEntropy().CostAndGradient(network.Forward(batch.Inputs, alone, ForwardMode.Train), batch.Target, alone.OutputGradient);
        network.Backward(alone, []);
        Assert.Equal(alone.InputGradient!.ToDoubles(), pass.InputGradient!.ToDoubles());
    }

    [Fact]
    public void What_a_pass_by_one_thread_refuses_a_team_refuses()
    {
        var network = new Network<float>(NetworkSpec.Input(5).Dense(3), seed: 1);
        Workspace<float> pass = network.CreateWorkspace(Rows);
        using var team = new WorkerTeam(2);
        Assert.Equal(
            "The rows have 4 numbers but the network has 5 inputs; they must be equal. (Parameter 'input')",
            Assert.Throws<ArgumentException>("input", () => network.Forward(new DenseBlock<float>(2, 4), pass, ForwardMode.Train, team)).Message);
        network.Forward(new DenseBlock<float>(2, 5), pass, ForwardMode.Train, team);
        Assert.Equal(
            $"The gradient has 7 elements but the parameters have {network.Parameters.Values.Length}; create it with CreateGradient. "
            + "(Parameter 'gradient')",
            Assert.Throws<ArgumentException>("gradient", () => network.Backward(pass, new float[7], accumulate: false, team)).Message);
        Assert.Throws<ArgumentNullException>("team", () => network.Forward(new DenseBlock<float>(2, 5), pass, ForwardMode.Train, null!));
    }
}
