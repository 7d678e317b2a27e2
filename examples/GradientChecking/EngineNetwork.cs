using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Training;

namespace GradientChecking;

/// <summary>A small network of the engine on rows of two features, whose class is the quadrant that they lie in.</summary>
internal static class EngineNetwork
{
    private const int Rows = 200;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(2).Dense(12).BatchNorm().Relu().Dense(8).Tanh().Dense(4);

    private static readonly float[] Features = Numbers(2 * Rows);

    private static readonly int[] Quadrants =
        [.. Enumerable.Range(0, Rows).Select(row => (Features[2 * row] > 0 ? 1 : 0) + (Features[2 * row + 1] > 0 ? 2 : 0))];

    public static GradientCheckReport CheckNew()
    {
        var options = new GradientCheckOptions { Regularizer = new L2(0.1) };
        return GradientCheck.Run(new Network<double>(Spec, seed: 1), new SoftmaxCrossEntropy(), FirstRows(20), options);
    }

    public static GradientCheckReport CheckTrained()
    {
        var options = new TrainingOptions { MaximumEpochs = 30, ValidationFraction = 0, Seed = 1 };
        var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), options);
        Network<float> trained = trainer.Train(new LabeledRows(2, Features, Quadrants)).Network;
        return GradientCheck.Run(trained.ConvertTo<double>(), new SoftmaxCrossEntropy(), FirstRows(20));
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }

    private static Batch<double> FirstRows(int count)
    {
        var inputs = new DenseBlock<double>(count, 2);
        var batch = new Batch<double>(inputs, Target<double>.OfClasses(count));
        for (int row = 0; row < count; row++)
        {
            for (int j = 0; j < 2; j++)
                inputs.Row(row)[j] = Features[2 * row + j];
            batch.Target.Classes[row] = Quadrants[row];
        }

        return batch;
    }
}
