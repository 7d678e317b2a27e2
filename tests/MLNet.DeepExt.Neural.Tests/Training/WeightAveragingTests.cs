using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>The exponentially weighted average of the weights over the steps, and who gets to see it.</summary>
[Trait("Spec", "A8")]
public sealed class WeightAveragingTests
{
    private const double Beta = 0.8;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(17).BatchNorm().Tanh().Dense(Clusters.Classes);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void It_is_the_average_of_what_the_network_was_after_each_step(int threads)
    {
        TrainingOptions options = Options;
        using TrainingSources sources = TrainingSources.OfRows(options, keepSparse: true, Clusters.Rows(100), null);
        var network = new Network<float>(Spec, options.Seed);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), sources.Training, options);
        using var team = new WorkerTeam(threads);
        var after = new List<float[]>();
        for (int epoch = 1; epoch <= options.MaximumEpochs; epoch++)
        {
            sources.Training.BeginEpoch(epoch);
            while (sources.Training.MoveNext(step.Batch))
            {
                step.Run(team, rateFactor: 1);
                after.Add(StateOf(network));
            }
        }

        step.WriteAverages();
        float[] average = StateOf(step.Updaters[0].Averaged);
        Close.Everywhere(AverageOf(after), Array.ConvertAll(average, value => (double)value), 1e-6, "average");
        Assert.Equal(after[^1], StateOf(network));

        // The same options in a trainer give this network back, to the last bit.
        var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), options with { NumberOfThreads = threads });
        Assert.Equal(average, StateOf(trainer.Train(Clusters.Rows(100)).Network));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void With_a_warm_up_its_memory_grows_with_the_steps(int threads)
    {
        TrainingOptions options = Options with { WeightAveragingWarmUp = true, NumberOfThreads = threads };
        using TrainingSources sources = TrainingSources.OfRows(options, keepSparse: true, Clusters.Rows(100), null);
        var network = new Network<float>(Spec, options.Seed);
        double[] expected = Array.ConvertAll(StateOf(network), value => (double)value);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), sources.Training, options);
        using var team = new WorkerTeam(threads);
        for (int epoch = 1; epoch <= options.MaximumEpochs; epoch++)
        {
            sources.Training.BeginEpoch(epoch);
            while (sources.Training.MoveNext(step.Batch))
            {
                step.Run(team, rateFactor: 1);
                double past = Math.Min(Beta, (1.0 + step.Steps) / (10 + step.Steps));
                expected = [.. expected.Zip(StateOf(network), (average, now) => past * average + (1 - past) * now)];
            }
        }

        step.WriteAverages();
        float[] average = StateOf(step.Updaters[0].Averaged);
        Close.Everywhere(expected, Array.ConvertAll(average, value => (double)value), 1e-6, "average");
        Assert.Equal(average, StateOf(new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100)).Network));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    public void With_a_warm_up_an_interrupted_training_goes_on_to_the_last_bit(int batches)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        TrainingOptions options = Options with { WeightAveragingWarmUp = true };
        float[] expected = StateOf(new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100)).Network);
        TrainingOptions saved = options with
        {
            Checkpoint = new Checkpoint(Path.Combine(folder, "training.checkpoint")) { Every = TimeSpan.FromSeconds(1) },
            TimeProvider = new ImpatientClock(),
        };
        int seen = 0;
        var failing = new Listener
        {
            Batch = () =>
            {
                if (++seen == batches)
                    throw new IOException("The power failed.");
            },
        };
        Assert.Throws<TrainingCallbackException>(
            () => new Trainer(Spec, new SoftmaxCrossEntropy(), saved with { Callbacks = [failing] }).Train(Clusters.Rows(100)));
        Assert.Contains(
            "its warm-up of weight averaging is true but here it is not known",
            Assert.Throws<InvalidOperationException>(() => new Trainer(
                Spec, new SoftmaxCrossEntropy(), saved with { WeightAveragingWarmUp = false }).Train(Clusters.Rows(100))).Message);
        Assert.Equal(expected, StateOf(new Trainer(Spec, new SoftmaxCrossEntropy(), saved).Train(Clusters.Rows(100)).Network));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void What_is_validated_and_returned_is_the_average()
    {
        LabeledRows validation = Clusters.Rows(80, seed: 2);
        TrainingOptions options = Options with { MaximumEpochs = 8, WeightAveraging = 0.95 };
        TrainingResult result = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100), validation);
        EpochRecord best = result.History.Epochs[result.History.BestEpoch - 1];
        Assert.Equal(result.History.Epochs.Min(epoch => epoch.ValidationLoss), best.ValidationLoss);
        Assert.Equal(best.ValidationLoss!.Value, LossOf(result.Network, validation), 1e-12);

        // Steps do not see it: losses in training are those of the weights themselves.
        var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), options with { WeightAveraging = null });
        TrainingResult plain = trainer.Train(Clusters.Rows(100), validation);
        Assert.Equal(plain.History.Epochs.Select(epoch => epoch.TrainLoss), result.History.Epochs.Select(epoch => epoch.TrainLoss));
        Assert.NotEqual(
            plain.History.Epochs.Select(epoch => epoch.ValidationLoss), result.History.Epochs.Select(epoch => epoch.ValidationLoss));
    }

    [Fact]
    public void With_no_past_it_is_the_last_weights()
    {
        LabeledRows rows = Clusters.Rows(100);
        Assert.Equal(
            StateOf(new Trainer(Spec, new SoftmaxCrossEntropy(), Options with { WeightAveraging = null }).Train(rows).Network),
            StateOf(new Trainer(Spec, new SoftmaxCrossEntropy(), Options with { WeightAveraging = 0 }).Train(rows).Network));
    }

    [Fact]
    public void A_training_without_validation_that_is_cancelled_within_an_epoch_gives_the_average_so_far()
    {
        using TrainingSources sources = TrainingSources.OfRows(Options, keepSparse: true, Clusters.Rows(100), null);
        int last = sources.Training.Batches + 2;
        using var cancellation = new CancellationTokenSource();
        int batches = 0;
        var canceller = new Listener
        {
            Batch = () =>
            {
                if (++batches == last)
                    cancellation.Cancel();
            },
        };
        TrainingResult cancelled = new Trainer(Spec, new SoftmaxCrossEntropy(), Options with { Callbacks = [canceller] })
            .Train(Clusters.Rows(100), cancellationToken: cancellation.Token);
        Assert.Equal((StopReason.Cancelled, 1), (cancelled.Reason, cancelled.History.Epochs.Count));

        var network = new Network<float>(Spec, Options.Seed);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), sources.Training, Options);
        using var team = new WorkerTeam(1);
        var after = new List<float[]>();
        for (int epoch = 1; epoch <= 2; epoch++)
        {
            sources.Training.BeginEpoch(epoch);
            while (after.Count < last && sources.Training.MoveNext(step.Batch))
            {
                step.Run(team, rateFactor: 1);
                after.Add(StateOf(network));
            }
        }

        Close.Everywhere(AverageOf(after), Array.ConvertAll(StateOf(cancelled.Network), value => (double)value), 1e-6, "average");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_decay_out_of_its_range_is_refused(double decay) =>
        Assert.Equal(
            FormattableString.Invariant(
                $"WeightAveraging must be in [0, 1) but is {decay}; 0.999 averages over about 1,000 steps, null over none."),
            Assert.Throws<ArgumentException>(
                () => new Trainer(Spec, new SoftmaxCrossEntropy(), new TrainingOptions { WeightAveraging = decay })).WithoutParameter());

    private static TrainingOptions Options => new()
    {
        Seed = 3,
        BatchSize = 16,
        MaximumEpochs = 3,
        ValidationFraction = 0,
        WeightAveraging = Beta,
        Optimizer = new Adam(0.02),
    };

    // Σ (1 - β)·β^(t-i)·θ_i / (1 - β^t).
    private static double[] AverageOf(List<float[]> series)
    {
        double total = 1 - Math.Pow(Beta, series.Count);
        return
        [
            .. Enumerable.Range(0, series[0].Length).Select(
                j => series.Select((values, i) => (1 - Beta) * Math.Pow(Beta, series.Count - 1 - i) * values[j]).Sum() / total),
        ];
    }

    private static float[] StateOf(Network<float> network) =>
        [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read)];

    private static double LossOf(Network<float> network, LabeledRows rows)
    {
        using var team = new WorkerTeam(1);
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, rows.Count)], rows.Count, shuffle: null);
        return new Evaluation(network, new SoftmaxCrossEntropy(), source, metrics: []).Run(team).Loss;
    }
}
