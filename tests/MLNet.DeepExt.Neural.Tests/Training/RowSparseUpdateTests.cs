using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Training on rows whose zeros are left out.</summary>
[Trait("Spec", "A9")]
public sealed class RowSparseUpdateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fifteen_steps_follow_SparseAdam_of_PyTorch(int threads)
    {
        string[] names = ["dense0.weights", "dense0.bias", "dense1.weights", "dense1.bias"];
        var reference = ReferenceValues.Load();
        var network = new Network<float>(NetworkSpec.Input(40).Dense(5).Tanh().Dense(3));
        for (int i = 0; i < names.Length; i++)
            network.Parameters.Write(network.Parameters.Slots[i], reference.Singles($"sparse.start.{names[i]}"));
        var features = new SparseRows(
            40, reference.Integers("sparse.starts"), reference.Integers("sparse.columns"), reference.Singles("sparse.values"));
        var rows = new LabeledRows(features, reference.Integers("sparse.classes"));
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, 12)], 4, shuffle: null);
        var step = new SupervisedStep(
            network, new SoftmaxCrossEntropy(), source, new TrainingOptions { Optimizer = new Adam(0.01) { Epsilon = 1e-12 } });
        using var team = new WorkerTeam(threads);
        var losses = new List<double>();
        for (int epoch = 1; epoch <= 5; epoch++)
        {
            source.BeginEpoch(epoch);
            while (source.MoveNext(step.Batch))
                losses.Add(step.Run(team, rateFactor: 1) / 4);
        }

        Close.Everywhere(reference.Doubles("sparse.losses"), losses, 1e-6, "loss");
        for (int i = 0; i < names.Length; i++)
        {
            double[] actual = Array.ConvertAll(network.Parameters.Read(network.Parameters.Slots[i]), value => (double)value);
            Close.Everywhere(reference.Doubles($"sparse.final.{names[i]}"), actual, 1e-6, names[i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Where_every_batch_touches_every_input_it_is_training_on_dense_rows_to_the_last_bit(int threads)
    {
        const int rows = 24, inputs = 300;
        DenseBlock<float> dense = SparseRowsOf.Random<float>(rows, inputs, 0.2, new Random(1));
        dense.Row(5).Fill(0.25f);
        float[] sparse = ParametersAfter(SparseRowsOf.Rows(dense), batchSize: rows, threads);
        Assert.Equal(ParametersAfter(SparseRowsOf.Written(dense), batchSize: rows, threads), sparse);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Any_number_of_threads_gives_the_same_parameters(int threads)
    {
        SparseRows rows = SparseRowsOf.Rows(SparseRowsOf.Random<float>(101, 700, 0.01, new Random(2)));
        Assert.Equal(ParametersAfter(rows, batchSize: 20, threads: 1), ParametersAfter(rows, batchSize: 20, threads));
    }

    [Fact]
    public void Weights_of_inputs_that_a_batch_does_not_touch_stand_still()
    {
        var network = new Network<float>(NetworkSpec.Input(6).Dense(20).Tanh().Dense(2), seed: 1);
        // The first batch touches inputs 1 and 4, the second input 4, the third none.
        var features = new SparseRows(6, [0, 2, 2, 3, 3, 3, 3], [1, 4, 4], [1f, 2f, -1f]);
        var source = new MemoryBatchSource(new LabeledRows(features, [0, 1, 0, 1, 0, 1]), [.. Enumerable.Range(0, 6)], 2, shuffle: null);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, new TrainingOptions { Optimizer = new Adam(0.01) });
        using var team = new WorkerTeam(1);
        source.BeginEpoch(1);
        foreach (int[] touched in new int[][] { [1, 4], [4], [] })
        {
            float[] before = network.Parameters.Read(network.Parameters.Slots[0]);
            float[] bias = network.Parameters.Read(network.Parameters.Slots[1]);
            source.MoveNext(step.Batch);
            step.Run(team, rateFactor: 1);
            float[] after = network.Parameters.Read(network.Parameters.Slots[0]);
            Assert.NotEqual(bias, network.Parameters.Read(network.Parameters.Slots[1]));
            for (int i = 0; i < before.Length; i++)
                Assert.Equal(touched.Contains(i / 20), before[i] != after[i]);
        }
    }

    [Fact]
    public void Evaluation_and_training_loss_are_those_of_the_dense_rows()
    {
        DenseBlock<float> dense = SparseRowsOf.Random<float>(40, 90, 0.3, new Random(3));
        dense.Row(1).Fill(0.5f);
        var options = new TrainingOptions { Seed = 4, BatchSize = 40, MaximumEpochs = 5, NumberOfThreads = 2, ValidationFraction = 0 };
        EpochRecord[] of(FeatureRows rows)
        {
            LabeledRows labeled = Labeled(rows);
            var trainer = new Trainer(NetworkSpec.Input(90).Dense(12).Relu().Dense(3), new SoftmaxCrossEntropy(), options);
            return [.. trainer.Train(labeled, labeled).History.Epochs.Select(epoch => epoch with { RowsPerSecond = 0 })];
        }

        Assert.Equal(of(SparseRowsOf.Written(dense)), of(SparseRowsOf.Rows(dense)));
    }

    [Fact]
    public void A_network_that_begins_otherwise_gets_sparse_rows_written_out()
    {
        DenseBlock<float> dense = SparseRowsOf.Random<float>(60, 30, 0.3, new Random(5));
        float[] of(FeatureRows rows)
        {
            var options = new TrainingOptions { Seed = 4, BatchSize = 20, MaximumEpochs = 3, NumberOfThreads = 1 };
            var trainer = new Trainer(NetworkSpec.Input(30).BatchNorm().Dense(3), new SoftmaxCrossEntropy(), options);
            return trainer.Train(Labeled(rows)).Network.Parameters.Values.ToArray();
        }

        Assert.Equal(of(SparseRowsOf.Written(dense)), of(SparseRowsOf.Rows(dense)));
    }

    [Fact]
    public void The_input_gradient_afterwards_is_that_of_what_was_learned()
    {
        var options = new TrainingOptions { Seed = 1, BatchSize = 10, MaximumEpochs = 3, NumberOfThreads = 1, ValidationFraction = 0 };
        SparseRows rows = SparseRowsOf.Rows(SparseRowsOf.Random<float>(30, 20, 0.2, new Random(8)));
        Network<float> network =
            new Trainer(NetworkSpec.Input(20).Dense(7).Tanh().Dense(3), new SoftmaxCrossEntropy(), options).Train(Labeled(rows)).Network;
        Assert.Equal(InputGradient(network.ConvertTo<float>()), InputGradient(network));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_input_gradient_is_that_of_what_was_learned_also_if_somebody_wanted_it_before(int threads)
    {
        var network = new Network<float>(NetworkSpec.Input(90).Dense(37).Tanh().Dense(3), seed: 1);
        network.CreateWorkspace(1, inputGradient: true);
        SparseRows rows = SparseRowsOf.Rows(SparseRowsOf.Random<float>(30, 90, 0.2, new Random(8)));
        var source = new MemoryBatchSource(Labeled(rows), [.. Enumerable.Range(0, 30)], 10, shuffle: null);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, new TrainingOptions { Optimizer = new Adam(0.01) });
        using var team = new WorkerTeam(threads);
        source.BeginEpoch(1);
        while (source.MoveNext(step.Batch))
            step.Run(team, rateFactor: 1);
        Assert.Equal(InputGradient(network.ConvertTo<float>()), InputGradient(network));
    }

    [Fact]
    public void Rows_that_are_changed_while_they_are_in_use_end_training_with_an_error()
    {
        int[] columns = [0, 1, 2, 3];
        LabeledRows training = Labeled(new SparseRows(4, [0, 1, 2], [1, 2], [1f, 2f]));
        LabeledRows validation = Labeled(new SparseRows(4, [0, 2, 4], columns, [1f, 2f, 3f, 4f]));
        var change = new Listener { Batch = () => columns[3] = 1_000_000_000 };
        var options = new TrainingOptions { NumberOfThreads = 1, Callbacks = [change] };
        var trainer = new Trainer(NetworkSpec.Input(4).Dense(3), new SoftmaxCrossEntropy(), options);
        Assert.Equal(
            "Row 1 has column 1000000000 but there are 4; do not change rows that are in use. (Parameter 'columns')",
            Assert.Throws<ArgumentException>(() => trainer.Train(training, validation)).Message);
    }

    [Fact]
    public void A_feature_that_is_not_finite_is_refused()
    {
        var trainer = new Trainer(NetworkSpec.Input(4).Dense(3), new SoftmaxCrossEntropy(), new TrainingOptions());
        var rows = new LabeledRows(new SparseRows(4, [0, 1, 2, 3], [0, 3, 1], [1f, float.NaN, 2f]), [0, 1, 2]);
        Assert.Equal(
            "The training rows have a feature that is NaN or infinite; remove such rows, or replace missing values. (Parameter 'training')",
            Assert.Throws<ArgumentException>("training", () => trainer.Train(rows)).Message);
    }

    [Fact]
    public void Memory_grows_with_the_entries_and_the_network_alone()
    {
        // Written out, the rows would take 400 MB, one batch 8 MB and the gradient of the first weights 12.8 MB.
        const int rows = 5_000, inputs = 20_000, entries = 10, units = 16;
        var random = new Random(6);
        int[] starts = [.. Enumerable.Range(0, rows + 1).Select(row => row * entries)];
        int[] columns =
            [.. Enumerable.Range(0, rows).SelectMany(_ => Enumerable.Range(0, entries).Select(i => i * 2000 + random.Next(2000)))];
        var features = new SparseRows(inputs, starts, columns, [.. columns.Select(column => column % 3 - 1f)]);
        LabeledRows labeled = Labeled(features);
        var options = new TrainingOptions { BatchSize = 100, MaximumEpochs = 2, ValidationFraction = 0, NumberOfThreads = 1 };
        var trainer = new Trainer(NetworkSpec.Input(inputs).Dense(units).Relu().Dense(3), new SoftmaxCrossEntropy(), options);
        long allocated = Allocation.Of(() => trainer.Train(labeled));

        // The weights, the best of them, two moments, and the initial draw.
        long network = 5L * sizeof(float) * inputs * units;
        Assert.InRange(allocated, 0, network + 2_000_000);
    }

    private static float[] ParametersAfter(FeatureRows rows, int batchSize, int threads)
    {
        var spec = NetworkSpec.Input(rows.Width).Dense(40).BatchNorm().Relu().Dropout(0.8f).Dense(3);
        var options =
            new TrainingOptions { Seed = 1, BatchSize = batchSize, MaximumEpochs = 6, NumberOfThreads = threads, ValidationFraction = 0 };
        Network<float> network = new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(Labeled(rows)).Network;
        return [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read)];
    }

    private static float[] InputGradient(Network<float> network)
    {
        Workspace<float> workspace = network.CreateWorkspace(1, inputGradient: true);
        network.Forward(new DenseBlock<float>(1, network.Spec.Inputs), workspace, ForwardMode.Inference);
        workspace.OutputGradient.Row(0).Fill(1);
        network.Backward(workspace, []);
        return workspace.InputGradient!.Row(0).ToArray();
    }

    private static LabeledRows Labeled(FeatureRows rows) => new(rows, [.. Enumerable.Range(0, rows.Count).Select(row => row % 3)]);
}
