using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

public sealed class TrainerTests
{
    private const string CancelledBeforeAnEpoch =
        "Training was cancelled before its first epoch ended, so there is no trained network; cancel it later to keep the best so far.";

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(16).BatchNorm().Relu().Dense(Clusters.Classes);

    [Fact]
    public void It_learns_to_tell_clusters_apart()
    {
        TrainingResult result = Train(new TrainingOptions { MaximumEpochs = 60 });
        EpochRecord best = result.History.Epochs[result.History.BestEpoch - 1];
        Assert.True(best.ValidationMetrics["accuracy"] > 0.95, best.ToString());
        Assert.True(best.ValidationLoss < 0.2, best.ToString());
    }

    [Fact]
    public void The_full_batch_cost_decreases_at_every_step_of_a_small_rate()
    {
        // Without dropout and batch norm the cost is one function of the parameters; a small step downhill lowers it.
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(16).Tanh().Dense(Clusters.Classes);
        var options = new TrainingOptions { BatchSize = 300, ValidationFraction = 0, MaximumEpochs = 100, Optimizer = new Adam(1e-4) };
        TrainingResult result = new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(300));
        double[] losses = [.. result.History.Epochs.Select(epoch => epoch.TrainLoss)];
        Assert.Equal(100, losses.Length);
        Assert.All(losses.Zip(losses.Skip(1)), pair => Assert.True(pair.Second < pair.First, $"{pair.Second} after {pair.First}"));
    }

    [Fact]
    public void The_weights_of_the_epoch_with_the_lowest_validation_loss_are_kept()
    {
        LabeledRows validation = Clusters.Rows(100, seed: 2, noise: 2);
        TrainingResult result =
            Train(new TrainingOptions { Patience = 5, MaximumEpochs = 500, Optimizer = new Adam(0.01) }, validation, noise: 2);
        Assert.Equal(StopReason.EarlyStopping, result.Reason);
        EpochRecord best = result.History.Epochs.MinBy(epoch => epoch.ValidationLoss)!;
        Assert.Equal(best.Epoch, result.History.BestEpoch);
        Assert.Equal(best.Epoch + 5, result.History.Epochs.Count);
        Assert.Equal(best.ValidationLoss!.Value, LossOf(result.Network, validation), 1e-12);
    }

    [Fact]
    public void Without_validation_all_epochs_are_run_and_the_last_weights_kept()
    {
        TrainingResult result = Train(new TrainingOptions { ValidationFraction = 0, MaximumEpochs = 30 });
        Assert.Equal((30, 30, StopReason.MaximumEpochs), (result.History.Epochs.Count, result.History.BestEpoch, result.Reason));
        Assert.All(result.History.Epochs, epoch => Assert.Null(epoch.ValidationLoss));
        Assert.All(result.History.Epochs, epoch => Assert.Empty(epoch.ValidationMetrics));
    }

    [Fact]
    public void Rows_of_weight_zero_are_as_if_they_were_not_there()
    {
        // Outliers of another class: neither the loss nor the statistics of batch norm may see them.
        LabeledRows clean = Clusters.Rows(150);
        LabeledRows more = Clusters.Rows(200);
        float[] features = [.. clean.DenseFeatures(), .. more.DenseFeatures().Skip(150 * Clusters.Width).Select(feature => 1000 + feature)];
        int[] classes = [.. clean.Classes, .. Enumerable.Repeat(0, 50)];
        float[] weights = [.. Enumerable.Repeat(1f, 150), .. new float[50]];
        var options = new TrainingOptions { MaximumEpochs = 5, BatchSize = 32 };
        Assert.Equal(Learned(clean), Learned(new LabeledRows(Clusters.Width, features, classes, weights)));

        float[] Learned(LabeledRows rows)
        {
            TrainingResult result = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(rows);
            Assert.Equal((135, 15), (result.History.TrainingRows, result.History.ValidationRows));
            ParameterStore<float> store = result.Network.Parameters;
            return [.. store.Slots.Concat(store.Buffers).SelectMany(store.Read)];
        }
    }

    [Fact]
    public void Validation_rows_of_weight_zero_do_not_count()
    {
        var weights = new float[60];
        weights.AsSpan(0, 40).Fill(1);
        LabeledRows all = Clusters.Rows(60, seed: 4);
        var some = new LabeledRows(Clusters.Width, all.DenseFeatures()[..(40 * Clusters.Width)], all.Classes[..40]);
        var options = new TrainingOptions { MaximumEpochs = 3 };
        TrainingResult ofSome =
            Train(options, some), ofAll = Train(options, new LabeledRows(Clusters.Width, all.DenseFeatures(), all.Classes, weights));
        Assert.Equal(40, ofAll.History.ValidationRows);
        Assert.Equal(
            ofSome.History.Epochs.Select(epoch => epoch.ValidationLoss), ofAll.History.Epochs.Select(epoch => epoch.ValidationLoss));
    }

    [Fact]
    public void Accuracy_weighs_the_rows()
    {
        LabeledRows rows = Clusters.Rows(50, noise: 2);
        Network<float> network = Train(new TrainingOptions { MaximumEpochs = 3 }).Network;
        bool[] right = [.. Enumerable.Range(0, 50).Select(row => MeasuresOf(network, One(row)).Metrics["accuracy"] == 1)];
        Assert.Contains(true, right);
        Assert.Contains(false, right);
        float[] weights = [.. right.Select(isRight => isRight ? 3f : 1f)];
        double expected = 3.0 * right.Count(isRight => isRight) / weights.Sum();
        Assert.Equal(
            expected,
            MeasuresOf(network, new LabeledRows(Clusters.Width, rows.DenseFeatures(), rows.Classes, weights)).Metrics["accuracy"], 1e-12);

        LabeledRows One(int row) =>
            new(Clusters.Width, rows.DenseFeatures()[(row * Clusters.Width)..((row + 1) * Clusters.Width)], [rows.Classes[row]]);
    }

    [Fact]
    public void A_cancelled_training_gives_the_best_network_so_far()
    {
        using var cancellation = new CancellationTokenSource();
        LabeledRows validation = Clusters.Rows(100, seed: 2);
        var canceller = new Listener
        {
            Epoch = epoch =>
            {
                if (epoch.Epoch == 4)
                    cancellation.Cancel();
            },
        };
        TrainingResult result = new Trainer(Spec, new SoftmaxCrossEntropy(), new TrainingOptions { Callbacks = [canceller] })
            .Train(Clusters.Rows(300), validation, cancellation.Token);
        Assert.Equal((4, StopReason.Cancelled), (result.History.Epochs.Count, result.Reason));
        Assert.Equal(result.History.Epochs.Min(epoch => epoch.ValidationLoss)!.Value, LossOf(result.Network, validation), 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_loss_that_is_no_number_stops_with_epoch_step_and_remedy(int threads)
    {
        // Finite features, and weights after one step of this rate, whose products are not.
        LabeledRows rows = Clusters.Rows(100);
        var trainer = new Trainer(
            NetworkSpec.Input(Clusters.Width).Dense(8).Relu().Dense(Clusters.Classes), new SoftmaxCrossEntropy(),
            new TrainingOptions { NumberOfThreads = threads, ValidationFraction = 0, BatchSize = 50, Optimizer = new Adam(1e30) });
        TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(() => trainer.Train(rows));
        Assert.Equal("The loss became NaN, first seen after layer 2.dense, Dense(3), in epoch 1, step 2; "
            + "use a learning rate below 1E+30, clip gradients, and normalize the inputs.", error.Message);
    }

    [Fact]
    public void Weights_spoilt_by_the_last_step_are_not_given_back()
    {
        var trainer = new Trainer(
            NetworkSpec.Input(Clusters.Width).Dense(Clusters.Classes), new SoftmaxCrossEntropy(),
            new TrainingOptions { ValidationFraction = 0, BatchSize = 100, MaximumEpochs = 1, Optimizer = new Adam(1e300) });
        TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(() => trainer.Train(Clusters.Rows(100)));
        Assert.Equal(
            "The parameter 0.dense.weight became NaN or infinite in epoch 1, step 1; "
            + "use a learning rate below 1E+300, clip gradients, and normalize the inputs.",
            error.Message);
    }

    [Fact]
    public void A_validation_loss_that_is_no_number_is_an_error()
    {
        LabeledRows validation = Clusters.Rows(10);
        validation.DenseFeatures()[3] = 1e18f; // finite, but its products are not
        Network<float> start = new(NetworkSpec.Input(Clusters.Width).Dense(64).Relu().Dense(64).Relu().Dense(Clusters.Classes));
        foreach (Slot slot in start.Parameters.Slots)
            start.Parameters.Write(slot, [.. Enumerable.Repeat(1e7f, slot.Shape.Count)]);
        TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(
            () => new Trainer(start, new SoftmaxCrossEntropy(), new TrainingOptions { Optimizer = new Adam(1) })
                .Train(Clusters.Rows(100), validation));
        Assert.Matches(
            "^The validation loss became (NaN|Infinity) in epoch [0-9]+, step [0-9]+; "
            + "use a learning rate below 1, clip gradients, and normalize the inputs.$",
            error.Message);
    }

    [Fact]
    public void Features_that_are_no_numbers_are_refused()
    {
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            LabeledRows spoilt = Clusters.Rows(7);
            spoilt.DenseFeatures()[^1] = value;
            var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), new TrainingOptions());
            Assert.Equal(
                "The training rows have a feature that is NaN or infinite; remove such rows, or replace missing values. (Parameter 'training')",
                Assert.Throws<ArgumentException>(() => trainer.Train(spoilt)).Message);
            Assert.Throws<ArgumentException>("validation", () => trainer.Train(Clusters.Rows(100), spoilt));
        }
    }

    [Fact]
    public void Every_epoch_is_reported_with_its_figures()
    {
        var seen = new List<EpochRecord>();
        TrainingResult result = Train(new TrainingOptions { MaximumEpochs = 4, Callbacks = [new Listener { Epoch = seen.Add }] });
        Assert.Equal(result.History.Epochs, seen);
        Assert.Equal([1, 2, 3, 4], seen.Select(epoch => epoch.Epoch));
        Assert.All(seen, epoch => Assert.Equal(0.001, epoch.LearningRate));
        Assert.All(seen, epoch => Assert.True(epoch.RowsPerSecond > 0 && epoch.TrainLoss > 0 && epoch.ValidationLoss > 0));
        Assert.All(seen, epoch => Assert.InRange(epoch.ValidationMetrics["accuracy"], 0, 1));
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Assert.Equal(
            "BatchSize must be at least 1 but is 0; leave it null to choose it by the number of rows.",
            MessageOf(new() { BatchSize = 0 }));
        Assert.Equal(
            "MaximumEpochs must be at least 1 but is 0; one epoch is one pass over the training rows.",
            MessageOf(new() { MaximumEpochs = 0 }));
        Assert.Equal(
            "Patience must be at least 1 but is -3; set ValidationFraction to 0 to train without stopping early.",
            MessageOf(new() { Patience = -3 }));
        Assert.Equal(
            "NumberOfThreads must be at least 1 but is 0; leave it null to choose it by the work.",
            MessageOf(new() { NumberOfThreads = 0 }));
        int most = Math.Max(32, 4 * Environment.ProcessorCount);
        Assert.Equal(
            $"NumberOfThreads must be at most {most}, for {Environment.ProcessorCount} processors, but is 3000; "
                + "leave it null to choose it by the work.",
            MessageOf(new() { NumberOfThreads = 3000 }));
        _ = new Trainer(Spec, new SoftmaxCrossEntropy(), new() { NumberOfThreads = most, AugmentationThreads = most });
        foreach (int wrong in new[] { -1, most + 1 })
        {
            Assert.Equal(
                FormattableString.Invariant($"AugmentationThreads must be from 0 to {most}, for {Environment.ProcessorCount} processors, but is ")
                    + FormattableString.Invariant($"{wrong}; leave it null to take the processors that training leaves."),
                MessageOf(new() { AugmentationThreads = wrong }));
        }

        Assert.Equal(
            "WholeBatchLimit must be at least 0 but is -1; 0 never makes all rows one batch.", MessageOf(new() { WholeBatchLimit = -1 }));
        Assert.Equal(
            "ValidationFraction must be in [0, 1) but is 1; 0.1 sets every tenth row aside.", MessageOf(new() { ValidationFraction = 1 }));
        Assert.Equal("LearningRate must be above 0 but is -1; 0.001 suits most networks.", MessageOf(new() { Optimizer = new Adam(-1) }));
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused_before_any_work()
    {
        var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), new TrainingOptions());
        Assert.Equal(
            "There are no training rows; give it at least one. (Parameter 'training')",
            MessageOfRows(new LabeledRows(Clusters.Width, [], [])));
        Assert.Equal(
            "The training rows have 2 features but the network has 5 inputs; they must be equal. (Parameter 'training')",
            MessageOfRows(new LabeledRows(2, [1, 2], [0])));
        Assert.Equal(
            "The training rows have class 3 but the network has 3 outputs; it needs one for each class, counted from 0. (Parameter 'training')",
            MessageOfRows(new LabeledRows(Clusters.Width, new float[5], [3])));
        Assert.Equal(
            "All training rows have weight 0; give at least one of them a weight above 0. (Parameter 'training')",
            MessageOfRows(new LabeledRows(Clusters.Width, new float[5], [1], [0])));

        string MessageOfRows(LabeledRows rows) => Assert.Throws<ArgumentException>(() => trainer.Train(rows)).Message;
    }

    [Fact]
    public void Features_so_large_that_sums_overflow_are_refused_in_memory_and_in_streams()
    {
        foreach (float size in new[] { 1e18f, -1e18f })
        {
            LabeledRows rows = Clusters.Rows(100), large = Clusters.Rows(100);
            large.DenseFeatures()[7] = size;
            Assert.Single(Train(large, rows, streams: false).History.Epochs);
            Assert.Single(Train(large, rows, streams: true).History.Epochs);
            large.DenseFeatures()[7] = 3 * size;
            string fault = FormattableString.Invariant(
                $"a feature of {3 * size}, above 1E+18 in absolute value, for which sums in a network overflow; divide such features by a large number, ")
                + "or normalize them.";
            Assert.Equal(
                $"The training rows have {fault}", Assert.Throws<ArgumentException>(() => Train(large, rows, streams: false)).WithoutParameter());
            Assert.Equal(
                $"The validation rows have {fault}", Assert.Throws<ArgumentException>(() => Train(rows, large, streams: false)).WithoutParameter());
            Assert.Equal(
                $"Row 1 of the training stream has {fault}",
                Assert.Throws<InvalidOperationException>(() => Train(large, rows, streams: true)).Message);
        }

        static TrainingResult Train(LabeledRows training, LabeledRows validation, bool streams)
        {
            NetworkSpec spec = NetworkSpec.Input(Clusters.Width).BatchNorm().Dense(Clusters.Classes);
            var trainer = new Trainer(spec, new SoftmaxCrossEntropy(), new TrainingOptions { MaximumEpochs = 1 });
            return streams ? trainer.Train(new RowsStream(training), new RowsStream(validation)) : trainer.Train(training, validation);
        }
    }

    [Fact]
    public void A_network_without_layers_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new Trainer(NetworkSpec.Input(3), new SoftmaxCrossEntropy(), new TrainingOptions()));
        Assert.Equal("The network has no layers; give it at least one Dense. (Parameter 'spec')", error.Message);
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(20_000, 64)]
    [InlineData(60_000, 128)]
    [InlineData(200_000, 512)]
    [InlineData(1_000_000_000, 1024)]
    public void The_automatic_batch_is_a_power_of_two_near_a_400th_of_the_rows(int rows, int batch) =>
        Assert.Equal(batch, TrainingSources.AutomaticBatchSize(rows));

    [Theory]
    [Trait("Spec", "A7")]
    [InlineData(1999, 1999)]
    [InlineData(2000, 2000)]
    [InlineData(2001, 64)]
    public void Few_rows_may_be_one_batch(int rows, int batch) =>
        Assert.Equal(batch, TrainingSources.BatchSizeFor(new TrainingOptions { WholeBatchLimit = 2000 }, rows));

    [Fact]
    public void Rows_per_second_are_those_of_the_clock()
    {
        // Every look at this clock is one second later.
        var options = new TrainingOptions { MaximumEpochs = 2, ValidationFraction = 0, TimeProvider = new SteppingClock() };
        Assert.All(Train(options).History.Epochs, epoch => Assert.Equal(300, epoch.RowsPerSecond));
    }

    [Fact]
    public void Cancelling_takes_effect_within_validation_too()
    {
        using var cancellation = new CancellationTokenSource();
        int batches = 0;
        var canceller = new Listener
        {
            Batch = () =>
            {
                // The first batch trains; the second one is of the validation.
                if (++batches == 2)
                    cancellation.Cancel();
            },
        };
        var options = new TrainingOptions { BatchSize = 300, Callbacks = [canceller] };
        OperationCanceledException error = Assert.Throws<OperationCanceledException>(
            () => new Trainer(Spec, new SoftmaxCrossEntropy(), options)
                .Train(Clusters.Rows(300), Clusters.Rows(3000, seed: 2), cancellation.Token));
        Assert.Equal((2, CancelledBeforeAnEpoch, cancellation.Token), (batches, error.Message, error.CancellationToken));
    }

    [Fact]
    public void A_training_cancelled_before_an_epoch_has_ended_throws_and_one_cancelled_later_keeps_its_best()
    {
        using var cancellation = new CancellationTokenSource();
        foreach (double? averaging in new double?[] { null, 0.9 })
        {
            var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), new TrainingOptions { WeightAveraging = averaging });
            OperationCanceledException error = Assert.Throws<OperationCanceledException>(
                () => trainer.Train(Clusters.Rows(100), cancellationToken: new CancellationToken(canceled: true)));
            Assert.Equal(CancelledBeforeAnEpoch, error.Message);
            Assert.True(error.CancellationToken.IsCancellationRequested);
        }

        var options = new TrainingOptions { Callbacks = [new Listener { Epoch = _ => cancellation.Cancel() }] };
        TrainingResult result =
            new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100), cancellationToken: cancellation.Token);
        Assert.Equal((1, 1, StopReason.Cancelled), (result.History.Epochs.Count, result.History.BestEpoch, result.Reason));
    }

    [Fact]
    public void What_an_optimizer_of_whole_parameters_works_in_is_counted_for_each_thread()
    {
        // Weights, the best of them and two states; then, of one parameter for each thread, a copy of all but the best, X and its successor,
        // A, A² and panels.
        NetworkSpec spec = NetworkSpec.Input(1000).Dense(1000);
        const long parameters = 4L * 4 * (1000 * 1008 + 1008), weights = 4L * (4 * 1_000_000 + 5 * 1_008_000);
        const long bias = 4L * (4 * 1000 + 2 * 1008 + 2 * 16 + 16_000);
        var options = new TrainingOptions { Optimizer = new Chain(new Muon()), NumberOfThreads = 1 };
        TrainingMemory.RequireParameters(spec, options, parameters + weights);
        Assert.Throws<InvalidOperationException>(() => TrainingMemory.RequireParameters(spec, options, parameters + weights - 1));
        options = options with { NumberOfThreads = 2 };
        TrainingMemory.RequireParameters(spec, options, parameters + weights + bias);
        Assert.Throws<InvalidOperationException>(() => TrainingMemory.RequireParameters(spec, options, parameters + weights + bias - 1));
        TrainingMemory.RequireParameters(spec, options, parameters + bias, sparseRows: true);
    }

    [Fact]
    public void Arrays_that_cannot_exist_are_refused_before_any_is_allocated()
    {
        NetworkSpec many = NetworkSpec.Input(1200).Dense(1_000_000), wide = NetworkSpec.Input(1).Dense(50_000_000).Dense(3);
        Assert.Equal(
            "The network has 1201000000 parameters and the optimizer keeps 2 numbers for each, more than one array can hold; "
                + "use fewer inputs or units, or an optimizer that keeps fewer.",
            Assert.Throws<InvalidOperationException>(
                () => TrainingMemory.RequireParameters(many, new TrainingOptions(), long.MaxValue)).Message);
        Assert.Equal(
            "The network has 1201000000 parameters, for which training needs at least 9.6 GB of memory, but this process may use 8.0 GB; "
                + "use fewer inputs, such as a hash of fewer bits, or fewer units.",
            Assert.Throws<InvalidOperationException>(
                () => TrainingMemory.RequireParameters(
                    many, new TrainingOptions { Optimizer = new GradientDescent(0.1) }, 8_000_000_000)).Message);
        TrainingMemory.RequireParameters(many, new TrainingOptions { Optimizer = new GradientDescent(0.1) }, 10_000_000_000);
        Assert.Equal(
            "The optimizer Muon works on 5601280000 numbers for the largest parameter, more than one array can hold; "
                + "use fewer inputs or units, or another optimizer.",
            Assert.Throws<InvalidOperationException>(() => TrainingMemory.RequireParameters(
                NetworkSpec.Input(800).Dense(1_000_000), new TrainingOptions { Optimizer = new Muon() }, long.MaxValue)).Message);

        var options = new TrainingOptions { BatchSize = 64, ValidationFraction = 0 };
        Assert.Equal(
            "A batch of 64 rows has 64 × 50000000 numbers for the outputs of layer 0.dense, Dense(50000000), more than one array can hold; "
                + "use a smaller BatchSize, or fewer units.",
            Assert.Throws<ArgumentException>(
                () => new Trainer(wide, new SoftmaxCrossEntropy(), options)
                    .Train(new LabeledRows(1, new float[64], [.. Enumerable.Range(0, 64).Select(i => i % 3)]))).WithoutParameter());
    }

    [Fact]
    public void A_batch_of_one_row_is_refused_where_batch_norm_needs_more()
    {
        Assert.Equal(
            "BatchSize is 1 but layer 1.batchnorm is a BatchNorm, and one row has no variance; use at least 2.", MessageOf(new() { BatchSize = 1 }));
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new Trainer(Spec, new SoftmaxCrossEntropy(), new TrainingOptions { ValidationFraction = 0 }).Train(Clusters.Rows(1)));
        Assert.Equal(
            "There is one training row but layer 1.batchnorm is a BatchNorm, and one row has no variance; give it at least two.", error.WithoutParameter());
    }

    private static string MessageOf(TrainingOptions options) =>
        Assert.Throws<ArgumentException>(() => new Trainer(Spec, new SoftmaxCrossEntropy(), options)).WithoutParameter();

    private static TrainingResult Train(TrainingOptions options, LabeledRows? validation = null, float noise = 0.7f) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(300, noise: noise), validation);

    private static double LossOf(Network<float> network, LabeledRows rows) => MeasuresOf(network, rows).Loss;

    private static Measures MeasuresOf(Network<float> network, LabeledRows rows)
    {
        using var team = new WorkerTeam(1);
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, rows.Count)], 33, null);
        return new Evaluation(network, new SoftmaxCrossEntropy(), source, metrics: null).Run(team);
    }

    private sealed class SteppingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
