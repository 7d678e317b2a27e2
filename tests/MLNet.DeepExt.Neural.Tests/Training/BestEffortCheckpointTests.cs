using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Checkpoints that are of use where they can be, and of no harm where they cannot.</summary>
public sealed class BestEffortCheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deepext-tests-").FullName;
    private readonly List<string> _warnings = [];

    private string PathOfFile => Path.Combine(_folder, "training.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_of_another_training_is_replaced_with_a_warning()
    {
        float[] expected = Train(seed: 2, checkpoint: null);
        Train(seed: 1, new Checkpoint(PathOfFile));
        Assert.Equal(expected, Train(seed: 2, new Checkpoint(PathOfFile) { IsBestEffort = true }));
        string warning = Assert.Single(_warnings);
        Assert.StartsWith(
            $"Training starts from the beginning: The checkpoint '{PathOfFile}' was written by another training: its seed is 1 but here it is 2.",
            warning, StringComparison.Ordinal);
        // And then it is its own.
        Assert.Equal(expected, Train(seed: 2, new Checkpoint(PathOfFile)));
    }

    [Fact]
    public void A_damaged_one_is_replaced_with_a_warning_wherever_the_damage_is()
    {
        float[] expected = Train(seed: 2, new Checkpoint(PathOfFile));
        byte[] whole = File.ReadAllBytes(PathOfFile);
        for (int place = 0; place < whole.Length; place += whole.Length / 23)
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= 0x10;
            File.WriteAllBytes(PathOfFile, damaged);
            _warnings.Clear();
            Assert.Equal(expected, Train(seed: 2, new Checkpoint(PathOfFile) { IsBestEffort = true }));
            Assert.Single(_warnings);
        }
    }

    [Fact]
    public void One_that_cannot_be_written_is_left_out_with_one_warning()
    {
        var nowhere = new Checkpoint(Path.Combine(_folder, "none", "training.checkpoint")) { IsBestEffort = true };
        Assert.Equal(Train(seed: 2, checkpoint: null), Train(seed: 2, nowhere));
        Assert.StartsWith(
            $"Training continues without a checkpoint: The checkpoint '{nowhere.Path}' cannot be written: ", Assert.Single(_warnings),
            StringComparison.Ordinal);
    }

    private float[] Train(int seed, Checkpoint? checkpoint)
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(4).Relu().Dense(Clusters.Classes);
        TrainingResult result = new Trainer(spec, new SoftmaxCrossEntropy(), new TrainingOptions
        {
            Seed = seed,
            MaximumEpochs = 3,
            Checkpoint = checkpoint,
            Callbacks = [new Warnings(_warnings)],
        }).Train(Clusters.Rows(100));
        return result.Network.Parameters.Values.ToArray();
    }

    private sealed class Warnings(List<string> heard) : ITrainingCallback
    {
        public void OnWarning(string warning) => heard.Add(warning);
    }
}
