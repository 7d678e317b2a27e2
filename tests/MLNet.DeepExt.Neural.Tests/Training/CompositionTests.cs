using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>
/// What a step is put together from, each part alone and all of them at once, beside PyTorch: penalties, clipping, weight decay, rates of
/// layers, frozen layers, schedules, the average of the weights; on weighted rows and batches of different size.
/// </summary>
[Trait("Spec", "A4")]
[Trait("Spec", "A8")]
[Trait("Spec", "A10")]
[Trait("Spec", "A13")]
[Trait("Spec", "A14")]
public sealed class CompositionTests
{
    private const int Rows = 30;
    private const int Inputs = 6;
    private const int Epochs = 7;

    private static readonly ReferenceValues Reference = ReferenceValues.Load("training");

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Inputs).Dense(5).BatchNorm().Tanh().Dense(4).Relu().Dense(3);

    // Batches of 12, 12 and 6 rows, 21 steps.
    private static readonly Dictionary<string, TrainingOptions> Cases = new()
    {
        ["descent"] = new() { Optimizer = new GradientDescent(0.3) },
        ["l2"] = new() { Optimizer = new Momentum(0.3), Regularizer = new L2(3) },
        ["l1"] = new() { Optimizer = new GradientDescent(0.3), Regularizer = new L1(1.5) },
        ["elastic_net"] = new() { Optimizer = new GradientDescent(0.3), Regularizer = new ElasticNet(1.8, 0.8 / 1.8) },
        ["decay"] = new() { Optimizer = new Chain(new Momentum(0.3), new DecayWeights(0.2)) },
        ["clip_by_value"] = new() { Optimizer = new Chain(new ClipByValue(0.05), new GradientDescent(0.5)) },
        ["clip_by_norm"] = new() { Optimizer = new Chain(new ClipByNorm(0.1), new Momentum(0.5)) },
        ["clip_by_global_norm"] = new() { Optimizer = new Chain(new ClipByGlobalNorm(0.2), new GradientDescent(0.5)) },
        ["rates"] = new() { Optimizer = new Momentum(0.3), LayerRates = new Dictionary<string, double> { ["3.dense"] = 0.1 } },
        ["frozen_norm"] = new() { Optimizer = new Momentum(0.3), LayerRates = new Dictionary<string, double> { ["1.batchnorm"] = 0 } },
        ["frozen_first"] = new() { Optimizer = new Momentum(0.3), LayerRates = new Dictionary<string, double> { ["0.dense"] = 0 } },
        ["one_cycle"] = new() { Optimizer = new Momentum(0.5), Schedule = new OneCycle() },
        ["inverse_time"] = new() { Optimizer = new GradientDescent(0.5), Schedule = new InverseTime(0.5) },
        ["average"] = new() { Optimizer = new Momentum(0.3), WeightAveraging = 0.9 },
        ["all"] = Everything,
    };

    private static TrainingOptions Everything => new()
    {
        Optimizer = new Chain(new ClipByGlobalNorm(0.2), new Adam(0.05), new DecayWeights(0.1)),
        Regularizer = new L2(2),
        LayerRates = new Dictionary<string, double> { ["1.batchnorm"] = 0, ["3.dense"] = 0.1 },
        Schedule = new OneCycle(),
        WeightAveraging = 0.9,
    };

    public static TheoryData<string, bool> EveryCase =>
        new(Cases.Keys.SelectMany(name => new (string, bool)[] { (name, false), (name, true) }));

    public static TheoryData<string> CasesByName => new(Cases.Keys);

    [Fact]
    public void Every_case_of_the_file_is_compared() =>
        Assert.Equal(
            Cases.Keys.Append("all_rows").Order(),
            Reference.Names.Where(name => name.EndsWith(".final", StringComparison.Ordinal))
                .Select(name => name[..^".final".Length]).Order());

    [Theory]
    [MemberData(nameof(EveryCase))]
    public void Losses_parameters_and_statistics_follow_PyTorch(string name, bool sparse)
    {
        Outcome outcome = Train(name, sparse, threads: 1);
        Close.Everywhere(Reference.Doubles($"{name}.losses"), outcome.Losses, 1e-5, "loss");
        Close.Everywhere(Reference.Doubles($"{name}.final"), Doubles(outcome.Final), 2e-5, "final");
        if (Cases[name].WeightAveraging is not null)
            Close.Everywhere(Reference.Doubles($"{name}.average"), Doubles(outcome.Average!), 2e-5, "average");
    }

    [Theory]
    [InlineData("l1")]
    [InlineData("elastic_net")]
    public void The_same_weights_are_exactly_zero(string name)
    {
        double[] expected = Reference.Doubles($"{name}.final");
        Assert.Contains(0, expected);
        foreach (bool sparse in new[] { false, true })
            Assert.Equal(expected.Select(weight => weight == 0), Train(name, sparse, threads: 1).Final.Select(weight => weight == 0));
    }

    [Theory]
    [MemberData(nameof(CasesByName))]
    public void Any_number_of_threads_and_rows_without_their_zeros_give_the_same_bits(string name)
    {
        // All of these rows touch every input.
        Outcome alone = Train(name, sparse: false, threads: 1);
        foreach ((bool sparse, int threads) in new[] { (false, 2), (false, 3), (true, 1), (true, 2), (true, 3) })
        {
            Outcome other = Train(name, sparse, threads);
            Assert.Equal(alone.Losses, other.Losses);
            if (sparse && Cases[name].Optimizer.Reach == TransformReach.Norms)
            {
                // The norm of the first weights is summed by inputs, not by blocks.
                Close.Everywhere(Doubles(alone.Final), Doubles(other.Final), 1e-6, "final");
                continue;
            }

            Assert.Equal(alone.Final, other.Final);
            Assert.Equal(alone.Average, other.Average);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_trainer_that_begins_from_a_network_follows_PyTorch_with_everything_at_once(int threads)
    {
        Network<float> start = AtTheStart();
        float[] before = StateOf(start);
        TrainingOptions options =
            Everything with { BatchSize = Rows, MaximumEpochs = 21, ValidationFraction = 0, NumberOfThreads = threads };
        TrainingResult result = new Trainer(start, new SoftmaxCrossEntropy(), options).Train(LabeledRowsOf(sparse: false));
        Close.Everywhere(
            Reference.Doubles("all_rows.losses"), [.. result.History.Epochs.Select(epoch => epoch.TrainLoss)], 1e-5, "loss");
        Close.Everywhere(Reference.Doubles("all_rows.average"), Doubles(StateOf(result.Network)), 2e-5, "average");
        Assert.Equal(before, StateOf(start));
    }

    private static Outcome Train(string name, bool sparse, int threads)
    {
        TrainingOptions options = Cases[name];
        Network<float> network = AtTheStart();
        var source = new MemoryBatchSource(LabeledRowsOf(sparse), [.. Enumerable.Range(0, Rows)], 12, shuffle: null, keepSparse: sparse);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, options);
        using var team = new WorkerTeam(threads);
        var losses = new List<double>();
        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            source.BeginEpoch(epoch);
            while (source.MoveNext(step.Batch))
            {
                double factor = options.Schedule.Factor(
                    new() { Step = step.Steps + 1, Epoch = epoch, StepsPerEpoch = source.Batches, MaximumEpochs = Epochs });
                double cost = step.Run(team, factor);
                losses.Add(cost / step.TotalWeight);
            }
        }

        step.WriteAverages();
        return new Outcome(losses, StateOf(network), options.WeightAveraging is null ? null : StateOf(step.Updaters[0].Averaged));
    }

    private static LabeledRows LabeledRowsOf(bool sparse)
    {
        DenseBlock<float> features = RandomBatches.Block(Rows, Inputs, Reference.Singles("x"));
        return new LabeledRows(
            sparse ? SparseRowsOf.Rows(features) : SparseRowsOf.Written(features), Reference.Integers("classes"),
            Reference.Singles("weights"));
    }

    private static Network<float> AtTheStart()
    {
        var network = new Network<float>(Spec);
        float[] start = Reference.Singles("start");
        int next = 0;
        foreach (Slot slot in network.Parameters.Slots.Concat(network.Parameters.Buffers))
        {
            network.Parameters.Write(slot, start.AsSpan(next, slot.Shape.Count));
            next += slot.Shape.Count;
        }

        Assert.Equal(start.Length, next);
        return network;
    }

    // All parameters, then the running statistics.
    private static float[] StateOf(Network<float> network) =>
        [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read)];

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private sealed record Outcome(IReadOnlyList<double> Losses, float[] Final, float[]? Average);
}
