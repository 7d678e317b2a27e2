using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>What was learned of one task helps with another.</summary>
/// <remarks>
/// A row lies on one or the other side of three planes. Of many rows it is known whether they lie on the same side of the first two,
/// and whether on that of the last two: four classes, which no plane tells apart. Of few rows the first alone is known.
/// </remarks>
[Trait("Spec", "A14")]
public sealed class FineTuningTests
{
    private const int Width = 12;
    private const int Few = 40;
    private const int Kept = 5; // layers: all but the outputs

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Width).Dense(48).BatchNorm().Relu().Dense(24).Relu().Dense(4);

    private static readonly Loss Cost = new SoftmaxCrossEntropy();

    [Fact]
    public void Frozen_features_of_a_task_with_many_rows_beat_a_new_network_on_few_rows_of_another()
    {
        float[] many = Rows(6000, 1), few = Rows(Few, 2);
        var pretraining = new TrainingOptions { MaximumEpochs = 40, Seed = 1 };
        Network<float> pretrained = new Trainer(Spec, Cost, pretraining).Train(new LabeledRows(Width, many, ClassesOf(many))).Network;

        Network<float> start = pretrained.WithNewOutputs(2, seed: 1);
        var labelled = new LabeledRows(Width, few, [.. ClassesOf(few).Select(label => label & 1)]);
        var options = new TrainingOptions
        {
            Optimizer = new Adam { LearningRate = 0.02 },
            MaximumEpochs = 100,
            ValidationFraction = 0,
            Seed = 1,
        };
        TrainingOptions frozen = options with { LayerRates = start.Spec.LayerNames.Take(Kept).ToDictionary(layer => layer, _ => 0.0) };
        Network<float> tuned = new Trainer(start, Cost, frozen).Train(labelled).Network;
        Network<float> scratch = new Trainer(start.Spec, Cost, options).Train(labelled).Network;

        (double Tuned, double Scratch) accuracy = (AccuracyOf(tuned), AccuracyOf(scratch));
        Assert.True(accuracy.Tuned > 0.78 && accuracy.Tuned > accuracy.Scratch + 0.1, $"{accuracy}");
        Assert.All(
            pretrained.Parameters.Slots.SkipLast(2).Zip(tuned.Parameters.Slots),
            pair => Assert.Equal(pretrained.Parameters.Read(pair.First), tuned.Parameters.Read(pair.Second)));
        Assert.Equal(pretrained.Parameters.BufferValues.ToArray(), tuned.Parameters.BufferValues.ToArray());
    }

    private static double AccuracyOf(Network<float> network)
    {
        const int count = 2000;
        float[] rows = Rows(count, 3);
        int[] classes = ClassesOf(rows);
        Workspace<float> workspace = network.CreateWorkspace(count, backward: false);
        DenseBlock<float> logits = network.Forward(TrainedNetworks.Block<float>(rows, Width), workspace, ForwardMode.Inference);
        return Enumerable.Range(0, count).Average(row => logits.Row(row)[1] > logits.Row(row)[0] == ((classes[row] & 1) == 1) ? 1 : 0);
    }

    private static float[] Rows(int count, int seed) => Numbers.Uniform<float>(new Random(seed), count * Width);

    private static int[] ClassesOf(float[] rows)
    {
        float[] planes = Numbers.Uniform<float>(new Random(9), 3 * Width);
        return [.. rows.Chunk(Width).Select(row => (Side(row, 0) ^ Side(row, 1)) + 2 * (Side(row, 1) ^ Side(row, 2)))];

        int Side(float[] row, int plane) => row.Zip(planes.Skip(plane * Width), (x, normal) => x * normal).Sum() > 0 ? 1 : 0;
    }
}
