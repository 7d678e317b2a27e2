using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>Small networks of every layer and every loss.</summary>
internal static class NetworkSeeds
{
    private static readonly Dictionary<string, (NetworkSpec Spec, Loss Loss)> All = new()
    {
        ["classes"] = (NetworkSpec.Input(4).Dense(6).BatchNorm().Relu().Dropout(0.8f).Dense(3), new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }),
        ["answer"] = (NetworkSpec.Input(3).BatchNorm().Dense(5).LeakyRelu().Dense(1), new BinaryCrossEntropy()),
        ["focal"] = (NetworkSpec.Input(3).Dense(2).Tanh().Dense(2).Sigmoid(), new Focal()),
        ["number"] = (NetworkSpec.Input(5).Dense(2), new SquaredError { Scaling = new TargetScaling([1, 2], [3, 4]) }),
        ["quantiles"] = (NetworkSpec.Input(2).Dense(4).Then(new Linear()).Dense(3), new Quantile { Quantiles = [0.1, 0.5, 0.9] }),
        ["categories"] = (NetworkSpec.Input(9).EmbedCategories(new(1, 3, 2), new(5, 4, 3)).Dense(4).Relu().Dense(1), new Huber()),
        ["absolute"] = (NetworkSpec.Input(2).Then(new Dense(1) { UseBias = false }), new AbsoluteError()),
    };

    /// <summary>Writes them, to be kept.</summary>
    public static void Write(string folder)
    {
        foreach ((string name, (NetworkSpec spec, Loss loss)) in All)
        {
            using FileStream file = File.Create(Path.Combine(folder, name + ".net"));
            NetworkFile.Save(file, new Network<float>(spec, seed: 1), loss);
        }
    }
}
