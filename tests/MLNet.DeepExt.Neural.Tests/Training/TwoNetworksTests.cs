using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>The loop of a training, its checkpoint and its early stopping carry as many networks as a step trains.</summary>
[Trait("Spec", "A14")]
public sealed class TwoNetworksTests : IDisposable
{
    private const int Rows = 60;
    private const int Inputs = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_of_two_goes_on_from_its_checkpoint_to_the_same_bits(int threads)
    {
        (float[] first, float[] second) = Train(Options(threads), out long[] updates);
        Assert.Equal([24L, 12], updates);

        TrainingOptions resumable = Options(threads) with { Checkpoint = new Checkpoint(Path.Combine(_folder, "pair.checkpoint")) };
        Assert.Throws<TrainingCallbackException>(() => Train(resumable with { Callbacks = [new Crash(3)] }, out _));
        (float[] resumedFirst, float[] resumedSecond) = Train(resumable, out long[] resumedUpdates);
        Assert.Equal([24L, 12], resumedUpdates);
        Assert.Equal(first, resumedFirst);
        Assert.Equal(second, resumedSecond);
    }

    [Fact]
    public void A_checkpoint_of_two_is_not_taken_for_that_of_one()
    {
        TrainingOptions options = Options(1) with { Checkpoint = new Checkpoint(Path.Combine(_folder, "pair.checkpoint")) };
        Train(options, out _);
        using TrainingSources sources = Sources(options);
        var alone = new SupervisedStep(new Network<float>(SpecOf(7), seed: 1), new SoftmaxCrossEntropy(), sources.Training, options);
        using var team = new WorkerTeam(1);
        var run = new TrainingRun(alone, new SoftmaxCrossEntropy(), options, sources);
        Assert.Contains(
            "was written by another training: its number of networks is 2 but here it is 1.",
            Assert.Throws<InvalidOperationException>(() => run.Run(team, default)).Message, StringComparison.Ordinal);
    }

    private static (float[] First, float[] Second) Train(TrainingOptions options, out long[] updates)
    {
        using TrainingSources sources = Sources(options);
        var step = new PairStep(
            new Network<float>(SpecOf(7), seed: 1), new Network<float>(SpecOf(4), seed: 2), new SoftmaxCrossEntropy(), sources.Training, options);
        using var team = new WorkerTeam(options.NumberOfThreads!.Value);
        _ = new TrainingRun(step, new SoftmaxCrossEntropy(), options, sources).Run(team, default);
        updates = [.. step.Updaters.Select(updater => updater.Steps)];
        return (StateOf(step.Updaters[0]), StateOf(step.Updaters[1]));
    }

    private static TrainingOptions Options(int threads) => new()
    {
        Optimizer = new Adam(0.02),
        WeightAveraging = 0.8,
        BatchSize = 16,
        MaximumEpochs = 6,
        Seed = 3,
        NumberOfThreads = threads,
    };

    private static NetworkSpec SpecOf(int units) => NetworkSpec.Input(Inputs).Dense(units).BatchNorm().Tanh().Dense(3);

    private static TrainingSources Sources(TrainingOptions options)
    {
        float[] features = Numbers.Uniform<float>(new Random(7), Rows * Inputs);
        var rows = new LabeledRows(Inputs, features, [.. Enumerable.Range(0, Rows).Select(row => row % 3)]);
        return TrainingSources.OfRows(options, keepSparse: false, rows, validation: null);
    }

    // What is judged, after the best epoch was restored, and what is trained.
    private static float[] StateOf(NetworkUpdater updater) =>
    [
        .. updater.Averaged.Parameters.Slots.SelectMany(updater.Averaged.Parameters.Read),
        .. updater.Averaged.Parameters.Buffers.SelectMany(updater.Averaged.Parameters.Read),
        .. updater.Network.Parameters.Slots.SelectMany(updater.Network.Parameters.Read),
    ];

    private sealed class Crash(int afterEpoch) : ITrainingCallback
    {
        public void OnEpochEnd(EpochRecord epoch)
        {
            if (epoch.Epoch == afterEpoch)
                throw new TimeoutException();
        }
    }
}
