using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>A whole network on the same data, from the same start, step by step beside PyTorch.</summary>
public sealed class ReferenceTrainingTests
{
    private const int Rows = 12;

    private static readonly ReferenceValues Reference = ReferenceValues.Load();

    private static readonly string[] Parameters =
        ["dense0.weights", "batchnorm0.gamma", "batchnorm0.beta", "dense1.weights", "dense1.bias", "dense2.weights", "dense2.bias"];

    private static NetworkSpec Spec => NetworkSpec.Input(6).Dense(5).BatchNorm().Relu().Dense(4).Tanh().Dense(3);

    [Fact]
    public void Logits_loss_and_every_gradient_in_double_are_those_of_PyTorch()
    {
        Network<double> network = AtTheStart<double>();
        Batch<double> batch = new(RandomBatches.Block(Rows, 6, Reference.Doubles("network.x")), Target<double>.OfClasses(Rows));
        Reference.Integers("network.classes").CopyTo(batch.Target.Classes);
        Workspace<double> workspace = network.CreateWorkspace(Rows, inputGradient: true);
        DenseBlock<double> logits = network.Forward(batch.Inputs, workspace, ForwardMode.Train);
        var costs = new double[Rows];
        new SoftmaxCrossEntropy().CostAndGradient(logits, batch.Target, batch.Weights, Rows, costs, workspace.OutputGradient, 0, Rows);
        Memory<double> gradient = network.CreateGradient();
        network.Backward(workspace, gradient.Span);

        Close.Everywhere(Reference.Doubles("network.logits"), logits.ToDoubles(), 1e-12, "logits");
        Assert.Equal(Reference.Double("network.loss"), costs.Average(), 1e-12);
        Close.Everywhere(Reference.Doubles("network.dx"), workspace.InputGradient!.ToDoubles(), 1e-12, "dx");
        for (int i = 0; i < Parameters.Length; i++)
        {
            Close.Everywhere(
                Reference.Doubles($"network.gradient.{Parameters[i]}"),
                network.ReadGradient(network.Parameters.Slots[i], gradient.Span),
                1e-12,
                Parameters[i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Twenty_steps_of_training_in_float_follow_PyTorch(int threads)
    {
        Network<float> network = AtTheStart<float>();
        var rows = new LabeledRows(6, Reference.Singles("network.x"), Reference.Integers("network.classes"));
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, Rows)], Rows, shuffle: null);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, new TrainingOptions { Optimizer = new Adam(0.01) });
        using var team = new WorkerTeam(threads);
        var losses = new double[20];
        for (int i = 0; i < losses.Length; i++)
        {
            source.BeginEpoch(i + 1);
            Assert.True(source.MoveNext(step.Batch));
            losses[i] = step.Run(team, rateFactor: 1) / Rows;
        }

        Close.Everywhere(Reference.Doubles("network.losses"), losses, 1e-5, "loss");
        for (int i = 0; i < Parameters.Length; i++)
        {
            Close.Everywhere(
                Reference.Doubles($"network.final.{Parameters[i]}"), Doubles(network, network.Parameters.Slots[i]), 1e-4, Parameters[i]);
        }

        Close.Everywhere(
            Reference.Doubles("network.final.batchnorm0.running_mean"),
            Doubles(network, network.Parameters.Buffers[0]),
            1e-5,
            "running mean");
        Close.Everywhere(
            Reference.Doubles("network.final.batchnorm0.running_var"),
            Doubles(network, network.Parameters.Buffers[1]),
            1e-5,
            "running variance");
        DenseBlock<float> logits = network.Forward(
            RandomBatches.Block(Rows, 6, Reference.Singles("network.x")), network.CreateWorkspace(Rows), ForwardMode.Inference);
        Close.Everywhere(Reference.Doubles("network.final.eval_logits"), logits.ToDoubles(), 1e-4, "logits");
    }

    private static Network<T> AtTheStart<T>()
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var network = new Network<T>(Spec);
        for (int i = 0; i < Parameters.Length; i++)
        {
            double[] values = Reference.Doubles($"network.start.{Parameters[i]}");
            network.Parameters.Write(network.Parameters.Slots[i], Array.ConvertAll(values, value => T.CreateTruncating(value)));
        }

        return network;
    }

    private static double[] Doubles(Network<float> network, Slot slot) =>
        Array.ConvertAll(network.Parameters.Read(slot), value => (double)value);
}
