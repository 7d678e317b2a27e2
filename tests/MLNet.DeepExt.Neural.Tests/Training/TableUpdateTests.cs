using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Of large tables of categories a step updates the rows that its batch reads, and no others.</summary>
[Trait("Spec", "A9")]
public sealed class TableUpdateTests : IDisposable
{
    // A number, a category of 1,200 values, one of 4, one of 1,500 of which 1,100 are seen, a number.
    private const int Inputs = 1 + 1200 + 4 + 1500 + 1;
    private const int Batch = 8, Batches = 4, Steps = 10;

    private static readonly CategoryRange[] Ranges =
    [
        new(1, 1200, 20), new(1201, 4, 2), new(1205, 1500, 3) { Seen = [.. Enumerable.Range(0, 1100).Select(i => i + i / 11)] },
    ];

    private static readonly Dictionary<string, NetworkSpec> Networks = new()
    {
        ["in front"] = NetworkSpec.Input(Inputs).EmbedCategories(Ranges).Dense(17).Tanh().Dense(3),
        ["behind another layer"] = NetworkSpec.Input(Inputs).Relu().EmbedCategories(Ranges).Dense(17).Tanh().Dense(3),
        ["in two layers"] = NetworkSpec.Input(Inputs).EmbedCategories(Ranges[0])
            .EmbedCategories(new CategoryRange(21, 4, 2), Ranges[2] with { First = 25 }).Dense(17).Tanh().Dense(3),
    };

    private static readonly Dictionary<string, TrainingOptions> Options = new()
    {
        ["gradient descent"] = new() { Optimizer = new GradientDescent(0.5) },
        ["momentum"] = new() { Optimizer = new Momentum(0.5) },
        ["Adam"] = new() { Optimizer = new Adam(0.01) },
        ["Adam with all that can be around it"] = new()
        {
            Optimizer = new Chain(new ClipByGlobalNorm(0.1), new Adam(0.01), new DecayWeights(0.1)),
            Regularizer = new L2(0.5),
            WeightAveraging = 0.8,
        },
        ["momentum clipped parameter by parameter"] = new()
        {
            Optimizer = new Chain(new ClipByNorm(0.05), new Momentum(0.5)),
            WeightAveraging = 0.8,
        },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string network in Networks.Keys)
            {
                foreach (string options in Options.Keys)
                    cases.Add(network, options);
            }

            return cases;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Cases))]
    public void A_step_is_the_rule_written_down_on_the_rows_that_the_batch_reads(string name, string options)
    {
        Network<float> expected = new(Networks[name], seed: 1), network = new(Networks[name], seed: 1);
        var reference = new ByHand(expected, Options[options]);
        SupervisedStep step = Run(network, Options[options], sparse: false, threads: 2, (batch, _) => reference.Step(batch));
        step.WriteAverages();
        for (int i = 0; i < network.Parameters.Slots.Count; i++)
        {
            Slot slot = network.Parameters.Slots[i];
            Close.Everywhere(reference.Theta[i], Doubles(network.Parameters.Read(slot)), 2e-6, slot.Name);
            Close.Everywhere(reference.AverageOf(i), Doubles(step.Updaters[0].Averaged.Parameters.Read(slot)), 2e-6, "average of " + slot.Name);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Rows_with_and_without_their_zeros_and_any_number_of_threads_give_the_same_bits(string name, string options)
    {
        float[] expected = Trained(sparse: false, threads: 1);
        foreach (int threads in new[] { 2, 5 })
            Assert.Equal(expected, Trained(sparse: false, threads));
        if (!Networks[name].ReadsSparseRows)
            return;
        foreach (int threads in new[] { 1, 2, 5 })
            Assert.Equal(expected, Trained(sparse: true, threads));

        float[] Trained(bool sparse, int threads)
        {
            SupervisedStep step = Run(new Network<float>(Networks[name], seed: 1), Options[options], sparse, threads);
            step.WriteAverages();
            return [.. Values(step.Updaters[0].Network), .. Values(step.Updaters[0].Averaged)];
        }
    }

    [Fact]
    public void Rows_of_a_large_table_that_a_batch_does_not_read_stand_still_and_those_of_a_small_one_do_not()
    {
        var network = new Network<float>(Networks["in front"], seed: 1);
        float[][] before = [.. network.Parameters.Slots.Select(network.Parameters.Read)];
        int steps = 0;
        Run(network, new TrainingOptions { Optimizer = new Adam(0.01) }, sparse: true, threads: 2, after: (batch, _) =>
        {
            float[][] after = [.. network.Parameters.Slots.Select(network.Parameters.Read)];
            Assert.Equal(Touched(batch, Ranges[0]), Changed(before[0], after[0], 20));
            Assert.Equal(Touched(batch, Ranges[2]), Changed(before[2], after[2], 3));
            // Adam moves on what has had a gradient.
            if (++steps > Batches)
                Assert.Equal([0, 1, 2, 3, 4], Changed(before[1], after[1], 2));
            before = after;
        });
        Assert.Equal(Steps, steps);

        static int[] Changed(float[] before, float[] after, int width) =>
        [
            .. Enumerable.Range(0, before.Length / width)
                .Where(line => !before.AsSpan(line * width, width).SequenceEqual(after.AsSpan(line * width, width))),
        ];
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    public void A_table_is_large_from_a_thousand_values_on(int values, bool isLarge)
    {
        var network = new Network<float>(NetworkSpec.Input(values).EmbedCategories(new CategoryRange(0, values, 3)).Dense(2), seed: 1);
        var features = new SparseRows(values, [0, 1, 2, 3, 4], [5, 5, 7, 7], [1, 1, 1, 1]);
        var source = new MemoryBatchSource(new LabeledRows(features, [0, 1, 0, 1]), [0, 1, 2, 3], 2, shuffle: null);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, new TrainingOptions { Optimizer = new Momentum(0.5) });
        using var team = new WorkerTeam(1);
        source.BeginEpoch(1);
        source.MoveNext(step.Batch);
        step.Run(team, rateFactor: 1);
        float[] before = network.Parameters.Read(network.Parameters.Slots[0])[15..18];
        source.MoveNext(step.Batch);
        step.Run(team, rateFactor: 1);
        Assert.Equal(isLarge, before.AsSpan().SequenceEqual(network.Parameters.Read(network.Parameters.Slots[0]).AsSpan(15, 3)));
    }

    [Theory]
    [InlineData("in front", "gradient descent")]
    [InlineData("in two layers", "gradient descent")]
    [InlineData("in front", "norms after a memory")]
    public void Plain_descent_and_what_has_to_see_the_whole_gradient_update_as_a_loop_of_ones_own_does(string name, string rule)
    {
        TrainingOptions options =
            rule == "gradient descent" ? Options[rule] : new() { Optimizer = new Chain(new Adam(0.01), new ClipByNorm(0.01)) };
        var network = new Network<float>(Networks[name], seed: 1);
        var updater = new NetworkUpdater(network, options);
        Workspace<float> pass = network.CreateWorkspace(Batch);
        SupervisedStep step = Run(new Network<float>(Networks[name], seed: 1), options, sparse: true, threads: 2, (batch, _) =>
        {
            Backward(network, pass, batch, updater.Gradient.Span);
            updater.Update(batch.Rows);
        });
        Assert.Equal(network.CreateGradient().Length, updater.Gradient.Length);
        Assert.Equal(Values(network), Values(step.Updaters[0].Network));
    }

    [Fact]
    public void Norms_of_the_gradient_are_those_of_the_whole_gradient()
    {
        var network = new Network<float>(Networks["in front"], seed: 1);
        Workspace<float> pass = network.CreateWorkspace(Batch);
        Memory<float> gradient = network.CreateGradient();
        double expected = 0;
        Run(network, new TrainingOptions(), sparse: true, threads: 2, (batch, _) =>
        {
            Backward(network, pass, batch, gradient.Span);
            expected = Math.Sqrt(network.Parameters.Slots.Take(3).SelectMany(slot => network.ReadGradient(slot, gradient.Span))
                .Sum(value => (double)value * value));
        }, (_, step) => Assert.InRange(step.Norms()[0].Gradient!.Value / expected, 1 - 1e-9, 1 + 1e-9), measuresNorms: true);
    }

    [Fact]
    public void Frozen_tables_stand_still()
    {
        var network = new Network<float>(Networks["in two layers"], seed: 1);
        float[][] before = [.. network.Parameters.Slots.Select(network.Parameters.Read)];
        Run(network, Options["Adam"] with { LayerRates = new Dictionary<string, double> { ["0.categoryembedding"] = 0 } }, sparse: true, threads: 2);
        float[][] after = [.. network.Parameters.Slots.Select(network.Parameters.Read)];
        Assert.Equal(before[0], after[0]);
        Assert.All(before.Zip(after).Skip(1), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Theory]
    [InlineData(3, true, 1, 2)]
    [InlineData(6, false, 2, 1)]
    public void An_interrupted_training_goes_on_to_the_last_bit(int batches, bool sparse, int threadsBefore, int threadsAfter)
    {
        TrainingOptions options = Options["Adam with all that can be around it"] with
        {
            Seed = 3,
            BatchSize = Batch,
            MaximumEpochs = 3,
            TimeProvider = new ImpatientClock(),
        };
        Network<float> expected = Train(options);
        int seen = 0;
        var power = new Listener { Batch = () => seen = seen < batches ? seen + 1 : throw new IOException("no power") };
        TrainingOptions resumable = options with { Checkpoint = new Checkpoint(Path.Combine(_folder, "c")) { Every = TimeSpan.FromSeconds(1) } };
        Assert.Throws<TrainingCallbackException>(() => Train(resumable with { Callbacks = [power], NumberOfThreads = threadsBefore }));
        Assert.Equal(Values(expected), Values(Train(resumable with { NumberOfThreads = threadsAfter })));

        Network<float> Train(TrainingOptions options) =>
            new Trainer(Networks["in front"], new SoftmaxCrossEntropy(), options).Train(Labeled(sparse)).Network;
    }

    [Fact]
    public void A_table_has_no_transposed_copy()
    {
        var network = new Network<float>(Networks["in two layers"], seed: 1);
        network.CreateWorkspace(1, inputGradient: true);
        Slot[] matrices = [.. network.Parameters.Slots.Where(slot => slot.Kind == SlotKind.Weight).Skip(3)];
        Assert.Equal(2, matrices.Length);
        Assert.Equal(matrices.Sum(slot => slot.TransposedLength), network.Parameters.Transposed!.Length);
    }

    // Rows that read one value, none, one that is not seen, several values, and counts; a stored 0 is none.
    private static SparseRows Rows()
    {
        var random = new Random(4);
        var starts = new List<int> { 0 };
        var columns = new List<int>();
        var values = new List<float>();
        for (int row = 0; row < Batch * Batches - 3; row++) // the last batch is smaller
        {
            Add(0, random.NextSingle() + 0.1f);
            for (int category = 0; category < Ranges.Length; category++)
            {
                CategoryRange range = Ranges[category];
                int[] slots = [.. Enumerable.Range(0, random.Next(4)).Select(_ => range.First + random.Next(range.Count)).Distinct().Order()];
                if (row % 3 > 0)
                    slots = [range.First + random.Next(Math.Min(range.Count, 9))];
                foreach (int slot in slots)
                    Add(slot, row % 5 == 0 ? random.Next(4) / 2f : 1);
            }

            Add(Inputs - 1, random.NextSingle() + 0.1f);
            starts.Add(columns.Count);
        }

        return new SparseRows(Inputs, [.. starts], [.. columns], [.. values]);

        void Add(int column, float value)
        {
            columns.Add(column);
            values.Add(value);
        }
    }

    private static LabeledRows Labeled(bool sparse)
    {
        SparseRows rows = Rows();
        var block = new DenseBlock<float>(rows.Count, Inputs);
        for (int row = 0; row < rows.Count; row++)
            rows.CopyTo(row, block.Row(row));
        return new(sparse ? rows : SparseRowsOf.Written(block), [.. Enumerable.Range(0, rows.Count).Select(row => row % 3)]);
    }

    private static SupervisedStep Run(
        Network<float> network, TrainingOptions options, bool sparse, int threads, Action<Batch<float>, SupervisedStep>? before = null,
        Action<Batch<float>, SupervisedStep>? after = null, bool measuresNorms = false)
    {
        LabeledRows rows = Labeled(sparse);
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, rows.Count)], Batch, shuffle: null, network.Spec.ReadsSparseRows);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, options);
        using var team = new WorkerTeam(threads);
        for (int epoch = 1; step.Steps < Steps; epoch++)
        {
            source.BeginEpoch(epoch);
            while (step.Steps < Steps && source.MoveNext(step.Batch))
            {
                source.Gather(step.Batch, 0, step.Batch.Rows);
                before?.Invoke(step.Batch, step);
                step.Run(team, rateFactor: 1, measuresNorms);
                after?.Invoke(step.Batch, step);
            }
        }

        return step;
    }

    private static void Backward(Network<float> network, Workspace<float> pass, Batch<float> batch, Span<float> gradient)
    {
        DenseBlock<float> logits = network.Forward(batch.Inputs, pass, ForwardMode.Train);
        new SoftmaxCrossEntropy().CostAndGradient(
            logits, batch.Target, batch.Weights, batch.Rows, new double[logits.Rows], pass.OutputGradient, 0, logits.Rows);
        network.Backward(pass, gradient);
    }

    // The rows of a category's table that a batch reads, ascending; the last row of the table stands for none.
    private static int[] Touched(Batch<float> batch, CategoryRange range)
    {
        int[] seen = [.. range.Seen ?? Enumerable.Range(0, range.Count)];
        var lines = new SortedSet<int>();
        for (int row = 0; row < batch.Rows; row++)
        {
            var all = new float[Inputs];
            if (batch.Inputs is SparseBlock<float> sparse)
                sparse.CopyTo(row, all);
            else
                ((DenseBlock<float>)batch.Inputs).Row(row).CopyTo(all);
            int[] read = [.. Enumerable.Range(0, seen.Length).Where(line => all[range.First + seen[line]] != 0)];
            lines.UnionWith(read.Length > 0 ? read : [seen.Length]);
        }

        return [.. lines];
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static float[] Values(Network<float> network) =>
        [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read)];

    /// <summary>Training in double, each parameter by itself, from the whole gradient of the network.</summary>
    private sealed class ByHand
    {
        private readonly Network<float> _network;
        private readonly TrainingOptions _options;
        private readonly Workspace<float> _pass;
        private readonly double[][] _mean, _square, _average;
        private int _steps;

        public ByHand(Network<float> network, TrainingOptions options)
        {
            (_network, _options) = (network, options);
            _pass = network.CreateWorkspace(Batch);
            Theta = [.. network.Parameters.Slots.Select(slot => Doubles(network.Parameters.Read(slot)))];
            (_mean, _square, _average) = (Zeros(), Zeros(), Zeros());
        }

        public double[][] Theta { get; }

        public double[] AverageOf(int slot) => _options.WeightAveraging is { } decay
            ? [.. _average[slot].Select(value => value / (1 - Math.Pow(decay, _steps)))]
            : Theta[slot];

        public void Step(Batch<float> batch)
        {
            Memory<float> vector = _network.CreateGradient();
            Backward(_network, _pass, batch, vector.Span);
            _steps++;
            GradientTransform[] links = [.. Chain.LinksOf(_options.Optimizer)];
            double[][] gradient = [.. _network.Parameters.Slots.Select(slot => Doubles(_network.ReadGradient(slot, vector.Span)))];
            bool[][] updated = [.. _network.Parameters.Slots.Select(slot => Updated(slot, batch))];
            for (int i = 0; i < gradient.Length; i++)
            {
                if (_options.Regularizer is L2 penalty && IsWeight(i))
                    Each(i, j => gradient[i][j] += penalty.Lambda / batch.Rows * Theta[i][j]);
            }

            double global = Norm(gradient.SelectMany((values, i) => values.Where((_, j) => updated[i][j])));
            for (int i = 0; i < gradient.Length; i++)
            {
                double[] g = gradient[i];
                double norm = Norm(g.Where((_, j) => updated[i][j]));
                foreach (GradientTransform link in links)
                {
                    double t = _steps;
                    Each(i, j => g[j] = link switch
                    {
                        ClipByGlobalNorm clip => g[j] * Math.Min(1, clip.Limit / global),
                        ClipByNorm clip => g[j] * Math.Min(1, clip.Limit / norm),
                        GradientDescent rule => rule.LearningRate * g[j],
                        Momentum rule => rule.LearningRate * (_mean[i][j] = rule.Beta * _mean[i][j] + (1 - rule.Beta) * g[j]),
                        Adam rule => AdamStep(rule, ref _mean[i][j], ref _square[i][j], g[j], t),
                        DecayWeights decay => g[j] + (IsWeight(i) ? _options.Optimizer.LearningRate * decay.WeightDecay * Theta[i][j] : 0),
                        _ => throw new NotSupportedException(link.ToString()),
                    });
                }

                Each(i, j => Theta[i][j] -= g[j]);
                double past = _options.WeightAveraging ?? 0;
                for (int j = 0; j < g.Length; j++)
                    _average[i][j] = past * _average[i][j] + (1 - past) * Theta[i][j];
                _network.Parameters.Write(_network.Parameters.Slots[i], Array.ConvertAll(Theta[i], value => (float)value));
            }

            void Each(int slot, Action<int> action)
            {
                for (int j = 0; j < gradient[slot].Length; j++)
                {
                    if (updated[slot][j])
                        action(j);
                }
            }
        }

        private static double AdamStep(Adam rule, ref double mean, ref double square, double g, double t)
        {
            mean = rule.Beta1 * mean + (1 - rule.Beta1) * g;
            square = rule.Beta2 * square + (1 - rule.Beta2) * g * g;
            return rule.LearningRate * mean / (1 - Math.Pow(rule.Beta1, t))
                / (Math.Sqrt(square / (1 - Math.Pow(rule.Beta2, t))) + rule.Epsilon);
        }

        // Of a table of 1,000 values and more the rows that the batch reads, of all else everything.
        private static bool[] Updated(Slot slot, Batch<float> batch)
        {
            var updated = new bool[slot.Shape.Count];
            Array.Fill(updated, slot.Shape.Rows <= 1000);
            if (slot.Shape.Rows <= 1000)
                return updated;
            foreach (int line in Touched(batch, slot.Shape.Rows == 1201 ? Ranges[0] : Ranges[2]))
                updated.AsSpan(line * slot.Shape.Columns, slot.Shape.Columns).Fill(true);
            return updated;
        }

        private bool IsWeight(int slot) => _network.Parameters.Slots[slot].Kind == SlotKind.Weight;

        private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));

        private double[][] Zeros() => [.. Theta.Select(values => new double[values.Length])];
    }
}
