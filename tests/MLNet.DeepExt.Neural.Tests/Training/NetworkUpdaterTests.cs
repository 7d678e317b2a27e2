using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

[Trait("Spec", "A9")]
public sealed class NetworkUpdaterTests
{
    private const int Rows = 40;
    private const int Inputs = 9;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Inputs).Dense(21).BatchNorm().Tanh().Dense(17).Relu().Dense(3);

    private static readonly Dictionary<string, TrainingOptions> Cases = new()
    {
        ["Adam"] = new() { Optimizer = new Adam(0.01) },
        ["Muon"] = new() { Optimizer = new Muon(0.02) },
        ["Muon in a chain"] = new()
        {
            Optimizer = new Chain(new ClipByValue(0.01), new Muon(0.02), new DecayWeights(0.1), new Lookahead { Every = 2 }),
        },
        ["Lion"] = new() { Optimizer = new Chain(new Lion(0.01), new DecayWeights(0.3)) },
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void It_does_to_each_parameter_what_the_optimizer_does_to_it_alone(string name)
    {
        TrainingOptions options = Cases[name];
        var network = new Network<float>(Spec, seed: 1);
        var updater = new NetworkUpdater(network, options);
        IReadOnlyList<Slot> slots = network.Parameters.Slots;
        float[][] theta = [.. slots.Select(network.Parameters.Read)];
        float[][] states = [.. theta.Select(values => new float[options.Optimizer.StatesPerParameter * values.Length])];
        for (int step = 1; step <= 5; step++)
        {
            Numbers.Uniform<float>(new Random(step), updater.Gradient.Length).CopyTo(updater.Gradient.Span);
            for (int i = 0; i < slots.Count; i++)
            {
                float[] update = network.ReadGradient(slots[i], updater.Gradient.Span);
                int count = update.Length;
                var now = new TransformStep(step, options.Optimizer.LearningRate)
                {
                    IsWeight = slots[i].Kind == SlotKind.Weight,
                    Rows = Rows,
                    Shape = slots[i].Shape,
                };
                options.Optimizer.Apply(update, theta[i], new TransformState<float>(states[i], count, 0, count), now);
                for (int j = 0; j < count; j++)
                    theta[i][j] -= update[j];
            }

            updater.Update(Rows);
        }

        Assert.Equal(5, updater.Steps);
        Assert.All(slots.Zip(theta), pair => Assert.Equal(pair.Second, network.Parameters.Read(pair.First)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Any_number_of_threads_gives_the_same_bits(string name)
    {
        float[] alone = Trained(Cases[name], threads: 1);
        Assert.Equal(alone, Trained(Cases[name], threads: 2));
        Assert.Equal(alone, Trained(Cases[name], threads: 3));
    }

    [Fact]
    public void A_loop_of_ones_own_trains_as_a_step_does()
    {
        var options = new TrainingOptions
        {
            Optimizer = new Chain(new ClipByGlobalNorm(0.5), new Adam(0.01)),
            Regularizer = new ElasticNet(0.5, 0.5),
            WeightAveraging = 0.9,
        };
        MemoryBatchSource source = Source();
        var step = new SupervisedStep(new Network<float>(Spec, seed: 1), new SoftmaxCrossEntropy(), source, options);
        using var team = new WorkerTeam(2);

        var network = new Network<float>(Spec, seed: 1);
        var updater = new NetworkUpdater(network, options);
        Workspace<float> pass = network.CreateWorkspace(Rows);
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            source.BeginEpoch(epoch);
            while (source.MoveNext(step.Batch))
            {
                step.Run(team, rateFactor: 1);
                DenseBlock<float> logits = network.Forward(step.Batch.Inputs, pass, ForwardMode.Train);
                new SoftmaxCrossEntropy().CostAndGradient(logits, step.Batch.Target, pass.OutputGradient, step.Batch.Weights);
                network.Backward(pass, updater.Gradient.Span);
                updater.Update(logits.Rows);
            }
        }

        step.WriteAverages();
        updater.WriteAverage();
        Assert.Equal(StateOf(step.Updaters[0].Network), StateOf(network));
        Assert.Equal(StateOf(step.Updaters[0].Averaged), StateOf(updater.Averaged));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_loop_of_ten_lines_ends_at_the_bits_of_the_trainer(int threads)
    {
        NetworkSpec spec = NetworkSpec.Input(Inputs).Dense(21).BatchNorm().Relu().Dropout(0.7f).Dense(3);
        float[] features = Numbers.Uniform<float>(new Random(7), Rows * Inputs);
        var rows = new LabeledRows(Inputs, features, [.. Enumerable.Range(0, Rows).Select(row => row % 3)]);
        var options = new TrainingOptions
        {
            Optimizer = new Chain(new ClipByGlobalNorm(1), new Adam(0.02)),
            Regularizer = new L2(0.1),
            BatchSize = 10,
            MaximumEpochs = 4,
            ValidationFraction = 0,
            Seed = 5,
        };
        Network<float> expected = new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(rows).Network;

        // The order of the rows in each epoch is the trainer's.
        using var source = new MemoryBatchSource(
            rows, [.. Enumerable.Range(0, Rows)], 10, new CounterRandom((ulong)options.Seed).Derive(RandomStreams.Shuffle));
        Batch<float> batch = source.CreateBatch();
        var network = new Network<float>(spec, options.Seed);
        var loss = new SoftmaxCrossEntropy();
        var updater = new NetworkUpdater(network, options);
        Workspace<float> pass = network.CreateWorkspace(capacity: 10);
        pass.Seed = options.Seed;
        using var team = new WorkerTeam(threads);
        for (int epoch = 1; epoch <= 4; epoch++)
        {
            source.BeginEpoch(epoch);
            while (source.MoveNext(batch))
            {
                source.Gather(batch, 0, batch.Rows);
                pass.Step++;
                DenseBlock<float> logits = network.Forward(batch.Inputs, pass, ForwardMode.Train, team);
                loss.CostAndGradient(logits, batch.Target, pass.OutputGradient);
                network.Backward(pass, updater.Gradient, accumulate: false, team);
                updater.Update(batch.Rows, rateFactor: 1, team);
            }
        }

        Assert.Equal(StateOf(expected), StateOf(network));
    }

    [Fact]
    public void An_impossible_update_is_refused()
    {
        var updater = new NetworkUpdater(new Network<float>(Spec, seed: 1), new TrainingOptions());
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => updater.Update(0));
        Assert.StartsWith(
            "The factor of the learning rate must be at least 0 and finite but is NaN.",
            Assert.Throws<ArgumentOutOfRangeException>("rateFactor", () => updater.Update(1, double.NaN)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "A Chain must have one optimizer, such as Adam, but has 0; add one.",
            MessageOf(new TrainingOptions { Optimizer = new Chain(new ClipByNorm(1)) }), StringComparison.Ordinal);
        Assert.StartsWith(
            "Links of a Chain must not contain null; remove it.",
            MessageOf(new TrainingOptions { Optimizer = new Chain(new Adam(), null!) }), StringComparison.Ordinal);
        Assert.StartsWith(
            "The optimizer Chain(", MessageOf(new TrainingOptions
            {
                Optimizer = new Chain([new Adam(), .. Enumerable.Repeat(new Forgetful(States: 3), 5)]),
            }), StringComparison.Ordinal);

        static string MessageOf(TrainingOptions options) =>
            Assert.Throws<ArgumentException>(() => new NetworkUpdater(new Network<float>(Spec, seed: 1), options)).Message;
    }

    [Fact]
    public void A_custom_transform_takes_part_and_a_checkpoint_tells_its_values_apart()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        TrainingOptions Options(double share) => new()
        {
            Optimizer = new Chain(new Shortened(share), new GradientDescent(0.4)),
            MaximumEpochs = 3,
            ValidationFraction = 0,
            BatchSize = Rows,
            Checkpoint = new Checkpoint(Path.Combine(folder, "custom.checkpoint")),
        };
        float[] features = Numbers.Uniform<float>(new Random(7), Rows * Inputs);
        var rows = new LabeledRows(Inputs, features, [.. Enumerable.Range(0, Rows).Select(row => row % 3)]);
        Network<float> shortened = new Trainer(Spec, new SoftmaxCrossEntropy(), Options(0.5)).Train(rows).Network;
        TrainingOptions half = Options(1) with { Checkpoint = null, Optimizer = new GradientDescent(0.2) };
        Assert.Equal(StateOf(new Trainer(Spec, new SoftmaxCrossEntropy(), half).Train(rows).Network), StateOf(shortened));
        Assert.Contains(
            "its optimizer is", Assert.Throws<InvalidOperationException>(
                () => new Trainer(Spec, new SoftmaxCrossEntropy(), Options(0.25)).Train(rows)).Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Muon_leaves_weights_that_are_updated_row_by_row_to_its_rest(int threads)
    {
        // Every batch touches every input.
        DenseBlock<float> block = SparseRowsOf.Random<float>(24, 30, 0.3, new Random(1));
        block.Row(5).Fill(0.25f);
        block.Row(15).Fill(0.5f);
        var rows = new LabeledRows(SparseRowsOf.Rows(block), [.. Enumerable.Range(0, 24).Select(row => row % 3)]);
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, 24)], 12, shuffle: null, keepSparse: true);
        NetworkSpec spec = NetworkSpec.Input(30).Dense(20).Tanh().Dense(17).Tanh().Dense(3);
        float[] First(Optimizer optimizer, out float[] second)
        {
            var network = new Network<float>(spec, seed: 1);
            var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, new TrainingOptions { Optimizer = optimizer });
            using var team = new WorkerTeam(threads);
            source.BeginEpoch(1);
            source.MoveNext(step.Batch);
            step.Run(team, rateFactor: 1);
            second = network.Parameters.Read(network.Parameters.Slots[2]);
            return network.Parameters.Read(network.Parameters.Slots[0]);
        }

        float[] byMuon = First(new Chain(new ClipByGlobalNorm(0.5), new Muon(0.02)), out float[] second);
        float[] byAdam = First(new Chain(new ClipByGlobalNorm(0.5), new Adam(0.001)), out float[] secondByAdam);
        Assert.Equal(byAdam, byMuon);
        Assert.NotEqual(secondByAdam, second);
    }

    [Fact]
    public void A_refused_update_changes_nothing()
    {
        var updater = new NetworkUpdater(new Network<float>(Spec, seed: 1), new TrainingOptions());
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => updater.Update(-1));
        Assert.Equal(0, updater.Steps);
    }

    [Fact]
    public void Norms_of_an_update_with_a_memory_are_refused_where_rows_leave_zeros_out()
    {
        var network = new Network<float>(NetworkSpec.Input(300).Dense(4), seed: 1);
        var options = new TrainingOptions { Optimizer = new Chain(new Adam(), new ClipByNorm(1)) };
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new NetworkUpdater(network, options, sparseRows: true));
        Assert.StartsWith(
            "The optimizer Chain needs norms of the update after a transform with state, which is not possible with sparse rows, "
            + "because weights are then updated row by row; put clipping before the optimizer.",
            refusal.Message, StringComparison.Ordinal);
        _ = new NetworkUpdater(network, options, sparseRows: false);
    }

    private sealed record Shortened(double Share) : GradientTransform
    {
        public override int StatesPerParameter => 0;

        public override TransformReach Reach => TransformReach.Elements;

        public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
        {
            foreach (ref T value in gradient)
                value *= T.CreateTruncating(Share);
        }

        public override void Validate() => ArgumentOutOfRangeException.ThrowIfNegative(Share);
    }

    private sealed record Forgetful(int States) : GradientTransform
    {
        public override int StatesPerParameter => States;

        public override TransformReach Reach => TransformReach.Elements;

        public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
        {
        }

        public override void Validate()
        {
        }
    }

    private static float[] Trained(TrainingOptions options, int threads)
    {
        MemoryBatchSource source = Source();
        var step = new SupervisedStep(new Network<float>(Spec, seed: 1), new SoftmaxCrossEntropy(), source, options);
        using var team = new WorkerTeam(threads);
        for (int epoch = 1; epoch <= 4; epoch++)
        {
            source.BeginEpoch(epoch);
            while (source.MoveNext(step.Batch))
                step.Run(team, rateFactor: 1);
        }

        return StateOf(step.Updaters[0].Network);
    }

    private static MemoryBatchSource Source()
    {
        float[] features = Numbers.Uniform<float>(new Random(7), Rows * Inputs);
        var rows = new LabeledRows(Inputs, features, [.. Enumerable.Range(0, Rows).Select(row => row % 3)]);
        return new MemoryBatchSource(rows, [.. Enumerable.Range(0, Rows)], 16, shuffle: null);
    }

    private static float[] StateOf(Network<float> network) =>
        [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read)];
}
