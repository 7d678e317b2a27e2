using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Benchmarks.Growth;

/// <summary>Epochs of a network so small that what is measured is what surrounds the steps: the schedule, the history, checkpoints.</summary>
internal sealed class EpochGrowth(string name, string description, bool checkpoint) : GrowthCase
{
    private const int Rows = 64, Features = 4;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override int Size => 100;

    /// <inheritdoc/>
    public override Action Prepare(int size)
    {
        var random = new Random(1);
        float[] features = [.. Enumerable.Range(0, Rows * Features).Select(_ => random.NextSingle())];
        float[] targets = [.. Enumerable.Range(0, Rows).Select(row => features[row * Features] + random.NextSingle())];
        var rows = new LabeledRows(new DenseRows(Features, features), 1, targets);
        string? folder = checkpoint ? Directory.CreateTempSubdirectory("growth-").FullName : null;
        var options = new TrainingOptions
        {
            Schedule = new ReduceOnPlateau { Patience = 1000 },
            MaximumEpochs = size,
            Patience = size,
            BatchSize = 16,
            NumberOfThreads = 1,
            Seed = 1,
            Checkpoint = folder is null ? null : new Checkpoint(Path.Combine(folder, "training.checkpoint")),
        };
        var trainer = new Trainer(NetworkSpec.Input(Features).Dense(1), new SquaredError(), options);
        return () =>
        {
            trainer.Train(rows, rows);
            if (folder is not null)
                Directory.Delete(folder, recursive: true);
        };
    }
}
