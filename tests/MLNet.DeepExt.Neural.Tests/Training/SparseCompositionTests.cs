using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Penalties, decay, clipping and averages where the first weights are updated by the inputs that a batch touches.</summary>
[Trait("Spec", "A4")]
[Trait("Spec", "A8")]
[Trait("Spec", "A13")]
public sealed class SparseCompositionTests
{
    private const int Inputs = 300;
    private const int Units = 20;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Inputs).Dense(Units).Tanh().Dense(3);

    private static readonly Dictionary<string, TrainingOptions> Cases = new()
    {
        ["l2"] = new() { Optimizer = new Momentum(0.5), Regularizer = new L2(2) },
        ["l1"] = new() { Optimizer = new GradientDescent(0.5), Regularizer = new L1(0.2) },
        ["decay"] = new() { Optimizer = new AdamW(0.01) { WeightDecay = 0.3 } },
        ["value"] = new() { Optimizer = new Chain(new ClipByValue(0.01), new GradientDescent(0.5)) },
        ["norm"] = new() { Optimizer = new Chain(new ClipByNorm(0.05), new GradientDescent(0.5)) },
        ["global norm"] = new() { Optimizer = new Chain(new ClipByGlobalNorm(0.05), new GradientDescent(0.5)) },
        ["rates"] = new() { Optimizer = new Adam(0.01), LayerRates = new Dictionary<string, double> { ["0.dense"] = 0.1 } },
        ["frozen"] = new()
        {
            Optimizer = new Chain(new ClipByNorm(0.05), new Adam(0.01)),
            LayerRates = new Dictionary<string, double> { ["0.dense"] = 0 },
        },
        ["two norms"] = new() { Optimizer = new Chain(new ClipByNorm(0.05), new ClipByGlobalNorm(0.06), new GradientDescent(0.5)) },
        ["lookahead"] = new() { Optimizer = new Chain(new Momentum(0.5), new Lookahead { Every = 3 }) },
        ["lion"] = new() { Optimizer = new Lion(0.01) },
        ["all"] = new()
        {
            Optimizer = new Chain(new ClipByGlobalNorm(0.05), new AdamW(0.01) { WeightDecay = 0.3 }),
            Regularizer = new ElasticNet(0.5, 0.5),
            LayerRates = new Dictionary<string, double> { ["2.dense"] = 0.3 },
            WeightAveraging = 0.8,
        },
    };

    public static TheoryData<string> CasesByName => new(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesByName))]
    public void Where_every_batch_touches_every_input_it_is_training_on_dense_rows(string name)
    {
        DenseBlock<float> rows = SparseRowsOf.Random<float>(24, Inputs, 0.2, new Random(1));
        rows.Row(5).Fill(0.25f);
        double[] expected = Train(Cases[name], SparseRowsOf.Written(rows), 24, 12, threads: 1);
        foreach (int threads in new[] { 1, 2, 3 })
            Close.Everywhere(expected, Train(Cases[name], SparseRowsOf.Rows(rows), 24, 12, threads), 1e-6, name);
    }

    [Theory]
    [MemberData(nameof(CasesByName))]
    public void Any_number_of_threads_gives_the_same_bits(string name)
    {
        SparseRows rows = SparseRowsOf.Rows(SparseRowsOf.Random<float>(61, Inputs, 0.02, new Random(2)));
        double[] alone = Train(Cases[name], rows, 10, 12, threads: 1);
        Assert.Equal(alone, Train(Cases[name], rows, 10, 12, threads: 2));
        Assert.Equal(alone, Train(Cases[name], rows, 10, 12, threads: 3));
    }

    [Theory]
    [MemberData(nameof(CasesByName))]
    public void Weights_of_inputs_that_no_batch_touches_stand_still_whatever_they_cost(string name)
    {
        DenseBlock<float> rows = SparseRowsOf.Random<float>(30, Inputs, 0.1, new Random(3));
        for (int row = 0; row < rows.Rows; row++)
            rows.Row(row)[100..].Clear();
        var network = new Network<float>(Spec, seed: 1);
        float[] before = network.Parameters.Read(network.Parameters.Slots[0]);
        Run(network, Cases[name] with { WeightAveraging = null }, SparseRowsOf.Rows(rows), 10, 6, threads: 2);
        float[] after = network.Parameters.Read(network.Parameters.Slots[0]);
        Assert.Equal(before[(100 * Units)..], after[(100 * Units)..]);
        Assert.Equal(name == "frozen", before[..(100 * Units)].SequenceEqual(after[..(100 * Units)]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_average_moves_on_while_untouched_weights_stand_still(int threads)
    {
        // The first batch touches inputs 1 and 4, the second input 4, the third none.
        var network = new Network<float>(NetworkSpec.Input(6).Dense(20).Tanh().Dense(2), seed: 1);
        var features = new SparseRows(6, [0, 2, 2, 3, 3, 3, 3], [1, 4, 4], [1f, 2f, -1f]);
        var source = new MemoryBatchSource(
            new LabeledRows(features, [0, 1, 0, 1, 0, 1]), [.. Enumerable.Range(0, 6)], 2, shuffle: null, keepSparse: true);
        var step = new SupervisedStep(
            network, new SoftmaxCrossEntropy(), source, new TrainingOptions { Optimizer = new GradientDescent(1), WeightAveraging = 0.5 });
        using var team = new WorkerTeam(threads);
        Slot weight = network.Parameters.Slots[0];
        var seen = new List<float[]>();
        source.BeginEpoch(1);
        while (source.MoveNext(step.Batch))
        {
            step.Run(team, 1);
            seen.Add(network.Parameters.Read(weight));
            step.WriteAverages();
            ParameterStore<float> averages = step.Updaters[0].Averaged.Parameters;
            float[] average = averages.Read(averages.Slots[0]);
            // Weights 1, 1/2, 1/4 of the past, and all together 1.
            double total = Enumerable.Range(0, seen.Count).Sum(i => Math.Pow(0.5, i));
            double[] expected =
                [.. average.Select((_, j) => seen.Select((values, i) => values[j] * Math.Pow(0.5, seen.Count - 1 - i)).Sum() / total)];
            Close.Everywhere(expected, Array.ConvertAll(average, value => (double)value), 1e-6, "average");
        }

        // Input 1 has been left alone since the first step; its weights are what the average comes to.
        Assert.Equal(seen[0][20..40], seen[2][20..40]);
        Assert.NotEqual(seen[0][80..100], seen[1][80..100]);
        Assert.Equal(seen[1], seen[2]);
    }

    private static double[] Train(TrainingOptions options, FeatureRows rows, int batch, int steps, int threads)
    {
        var network = new Network<float>(Spec, seed: 1);
        SupervisedStep step = Run(network, options, rows, batch, steps, threads);
        step.WriteAverages();
        ParameterStore<float> store = step.Updaters[0].Averaged.Parameters;
        return [.. store.Slots.SelectMany(store.Read).Select(value => (double)value)];
    }

    private static SupervisedStep Run(
        Network<float> network, TrainingOptions options, FeatureRows features, int batch, int steps, int threads)
    {
        int count = features.Count;
        var rows = new LabeledRows(features, [.. Enumerable.Range(0, count).Select(row => row % 3)]);
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, count)], batch, shuffle: null, keepSparse: true);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, options);
        using var team = new WorkerTeam(threads);
        for (int epoch = 1; step.Steps < steps; epoch++)
        {
            source.BeginEpoch(epoch);
            while (step.Steps < steps && source.MoveNext(step.Batch))
                Assert.True(double.IsFinite(step.Run(team, rateFactor: 1)));
        }

        return step;
    }
}
