using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>The same seed gives the same bits.</summary>
public sealed class DeterminismTests
{
    private const int Batch = 24;

    // 203 rows less a tenth leave a last batch of 14 rows.
    private static readonly NetworkSpec Spec =
        NetworkSpec.Input(Clusters.Width).Dense(40).BatchNorm().Relu().Dropout(0.8f).Dense(33).Tanh().Dense(Clusters.Classes);

    [Fact]
    public void The_same_seed_gives_the_same_network_again() => Assert.Equal(Train(1, 1), Train(1, 1));

    [Fact]
    public void Another_seed_gives_another_network() => Assert.NotEqual(Train(1, 1), Train(1, 2));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Any_number_of_threads_gives_the_same_network(int threads)
    {
        RequireWorkForEveryone(threads);
        Assert.Equal(Train(1, 1), Train(threads, 1));
    }

    // A worker without rows, columns or parameters would prove nothing.
    private static void RequireWorkForEveryone(int threads)
    {
        using var team = new WorkerTeam(threads);
        int parameters = new Network<float>(Spec).CreateGradient().Length;
        for (int index = 0; index < threads; index++)
        {
            var worker = new Worker(team, index);
            Assert.False(worker.Share(Split.Rows, 14, 40).IsEmpty);
            if (threads <= 3)
                Assert.False(worker.Share(Split.Columns, 14, 40).IsEmpty);
            (int from, int to) = worker.Share(parameters, 16);
            Assert.True(to > from);
        }
    }

    private static float[] Train(int threads, int seed)
    {
        var options = new TrainingOptions { Seed = seed, NumberOfThreads = threads, BatchSize = Batch, MaximumEpochs = 8 };
        TrainingResult result = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(203, weighted: true));
        ParameterStore<float> store = result.Network.Parameters;
        return [.. store.Slots.Concat(store.Buffers).SelectMany(store.Read), .. result.History.Epochs.Select(epoch => (float)epoch.TrainLoss)];
    }
}
