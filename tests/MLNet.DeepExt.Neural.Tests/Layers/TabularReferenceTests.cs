using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Layers;

/// <summary>A network for tables beside PyTorch: scaling, members, neural tangent layers, parametric activations, and how they are trained.</summary>
[Trait("Spec", "G3")]
[Trait("Spec", "G4")]
public sealed class TabularReferenceTests
{
    private const int Rows = 30, Inputs = 6, Classes = 3, Members = 3, Epochs = 7;

    // 12, 12 and 6 rows.
    private const int BatchSize = 12, Batches = 3;

    private static readonly ReferenceValues Reference = ReferenceValues.Load("tabular");

    // In the order of θ.
    private static readonly string[] Parameters =
        ["scale", "members", "weight0", "bias0", "share0", "weight1", "bias1", "share1", "head0", "head1", "head2", "headbias"];

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Inputs).Then(new LearnedScaling()).Members(Members, inner => inner
        .MemberScaling().Then(new Dense(5) { NeuralTangent = true }).Then(new ParametricActivation(new Selu()))
        .Then(new Dense(4) { NeuralTangent = true }).Then(new ParametricActivation(new Mish()))
        .Then(new MemberDense(Classes) { NeuralTangent = true }));

    [Fact]
    public void Logits_loss_and_every_gradient_in_double_are_those_of_PyTorch()
    {
        Network<double> network = AtTheStart<double>();
        Batch<double> batch = new(RandomBatches.Block(Rows, Inputs, Reference.Doubles("x")), Target<double>.OfClasses(Rows));
        Reference.Integers("classes").CopyTo(batch.Target.Classes);
        Workspace<double> workspace = network.CreateWorkspace(Rows);
        DenseBlock<double> logits = network.Forward(batch.Inputs, workspace, ForwardMode.Train);
        Close.Everywhere(Reference.Doubles("logits"), logits.ToDoubles(), 1e-12, "logits");
        double loss = new SoftmaxCrossEntropy().CostAndGradient(logits, batch.Target, workspace.OutputGradient, batch.Weights);
        Assert.Equal(Reference.Double("loss"), loss, 1e-12);

        Memory<double> gradient = network.CreateGradient();
        network.Backward(workspace, gradient.Span);
        foreach ((int i, string name) in Parameters.Index())
        {
            Close.Everywhere(
                Reference.Doubles($"gradient.{name}"), network.ReadGradient(network.Parameters.Slots[i], gradient.Span), 1e-12, name);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Training_with_rates_by_parameter_and_decay_on_a_schedule_follows_PyTorch(int threads)
    {
        var rows = new LabeledRows(Inputs, Reference.Singles("x"), Reference.Integers("classes"));
        var options = new TrainingOptions
        {
            Optimizer = new Chain(new Adam(0.04) { Beta2 = 0.95 }, new DecayWeights(0.02) { Schedule = new FlatCosine() }),
            Schedule = new LogCosine(),
            WeightAveraging = 0.998,
            WeightAveragingWarmUp = true,
            MaximumEpochs = Epochs,
        };
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, Rows)], BatchSize, shuffle: null);
        Network<float> network = AtTheStart<float>();
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, options);
        using var team = new WorkerTeam(threads);
        double[] expected = Reference.Doubles("losses");
        for (int epoch = 1, number = 1; epoch <= Epochs; epoch++)
        {
            source.BeginEpoch(epoch);
            for (; source.MoveNext(step.Batch); number++)
            {
                TrainingTime time = Times.At(number, Batches, Epochs);
                double loss = step.Run(team, options.Schedule.Factor(time), time: time) / step.TotalWeight;
                Assert.Equal(expected[number - 1], loss, 2e-5);
            }
        }

        AssertClose("final", network);
        step.WriteAverages();
        AssertClose("average", step.Updaters[0].Averaged);

        static void AssertClose(string expected, Network<float> network)
        {
            foreach ((int i, string name) in Parameters.Index())
            {
                float[] actual = network.Parameters.Read(network.Parameters.Slots[i]);
                Close.InNorm(Reference.Doubles($"{expected}.{name}"), Array.ConvertAll(actual, value => (double)value), 1e-4, name);
            }
        }
    }

    private static Network<T> AtTheStart<T>()
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var network = new Network<T>(Spec);
        Assert.Equal(Parameters.Length, network.Parameters.Slots.Count);
        foreach ((int i, string name) in Parameters.Index())
            network.Parameters.Write(network.Parameters.Slots[i], Array.ConvertAll(Reference.Doubles($"start.{name}"), T.CreateTruncating));
        return network;
    }
}
