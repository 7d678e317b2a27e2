using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>The figure is of the whole process, so that nothing else may run beside these tests.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>A training step allocates nothing.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class AllocationTests
{
    private const int Steps = 2000;
    private const int MostRounds = 10;
    private const int Rows = 64;

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string name in LayerTable.Names)
            {
                cases.Add(name, 1);
                cases.Add(name, 2);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_training_step_allocates_nothing(string name, int threads)
    {
        var random = new Random(1);
        RequireNoAllocation(
            LayerTable.Spec(name),
            new DenseRows(LayerTable.Inputs, [.. Enumerable.Range(0, Rows * LayerTable.Inputs).Select(_ => (float)random.NextDouble())]), threads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_step_on_sparse_rows_allocates_nothing(int threads) => RequireNoAllocation(
        NetworkSpec.Input(300).Dense(40).BatchNorm().Relu().Dense(LayerTable.Outputs),
        SparseRowsOf.Rows(SparseRowsOf.Random<float>(Rows, 300, 0.03, new Random(1))),
        threads);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public void A_training_step_with_all_that_can_be_in_it_allocates_nothing(bool sparse, int threads)
    {
        DenseBlock<float> rows = SparseRowsOf.Random<float>(Rows, 300, 0.03, new Random(1));
        var options = new TrainingOptions
        {
            Seed = 1,
            Optimizer = new Chain(new ClipByGlobalNorm(0.1), new AdamW(), new Lookahead()),
            Regularizer = new ElasticNet(0.1, 0.5),
            LayerRates = new Dictionary<string, double> { ["1.batchnorm"] = 0, ["3.dense"] = 0.1 },
            WeightAveraging = 0.9,
        };
        RequireNoAllocation(
            NetworkSpec.Input(300).Dense(40).BatchNorm().Relu().Dense(LayerTable.Outputs),
            sparse ? SparseRowsOf.Rows(rows) : SparseRowsOf.Written(rows), threads, options);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_step_of_an_optimizer_that_sees_whole_parameters_allocates_nothing(int threads) => RequireNoAllocation(
        NetworkSpec.Input(30).Dense(40).BatchNorm().Relu().Dense(25).Tanh().Dense(LayerTable.Outputs),
        SparseRowsOf.Written(SparseRowsOf.Random<float>(Rows, 30, 0.3, new Random(1))), threads,
        new TrainingOptions { Seed = 1, Optimizer = new Chain(new ClipByGlobalNorm(0.1), new Muon(), new DecayWeights(0.1), new Lookahead()) });

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public void A_training_step_of_large_tables_allocates_nothing(bool sparse, int threads)
    {
        var random = new Random(1);
        const int values = 1200;
        var rows = new DenseBlock<float>(Rows, 1 + 2 * values);
        for (int row = 0; row < Rows; row++)
        {
            rows.Row(row)[0] = random.NextSingle();
            rows.Row(row)[1 + random.Next(values)] = 1;
            if (row % 4 > 0)
                rows.Row(row)[1 + values + random.Next(values)] = 1;
        }

        var options = new TrainingOptions
        {
            Seed = 1,
            Optimizer = new Chain(new ClipByGlobalNorm(0.1), new AdamW(), new Lookahead()),
            Regularizer = new ElasticNet(0.1, 0.5),
            WeightAveraging = 0.9,
        };
        RequireNoAllocation(
            NetworkSpec.Input(1 + 2 * values).EmbedCategories(new CategoryRange(1, values, 5))
                .EmbedCategories(new CategoryRange(6, values, 3)).Dense(LayerTable.Outputs),
            sparse ? SparseRowsOf.Rows(rows) : SparseRowsOf.Written(rows), threads, options);
    }

    private static void RequireNoAllocation(NetworkSpec spec, FeatureRows features, int threads, TrainingOptions? options = null)
    {
        var data = new LabeledRows(features, [.. Enumerable.Range(0, Rows).Select(row => row % LayerTable.Outputs)]);
        var source = new MemoryBatchSource(data, [.. Enumerable.Range(0, Rows)], 16, new CounterRandom(1));
        var network = new Network<float>(spec, seed: 1);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, options ?? new TrainingOptions { Seed = 1 });
        using var team = new WorkerTeam(threads);

        // The threads of the test runner may write a message meanwhile. A step that allocates does so in every round.
        long least = long.MaxValue;
        for (int round = 0; round < MostRounds && least >= Steps; round++)
            least = Math.Min(least, BytesAllocatedBy(() => Train(Steps)));
        Assert.True(least < Steps, $"at least {least} bytes in {Steps} steps");

        void Train(int steps)
        {
            for (int done = 0; done < steps;)
            {
                source.BeginEpoch(1);
                for (; source.MoveNext(step.Batch); done++)
                    step.Run(team, rateFactor: 1);
            }
        }
    }

    private static long BytesAllocatedBy(Action work)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        work();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
