using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Quality.Tasks;

/// <summary>To tell two classes apart, judged by the share of rows whose class was predicted.</summary>
internal sealed record BinaryTask() : QualityTask("accuracy", MoreIsBetter: true)
{
    public override IEstimator<ITransformer> Network(MLContext context, NetworkOptions options, bool ofImages, int seed) =>
        context.BinaryClassification.Trainers.NeuralNetwork(
            options.Set(new NeuralNetworkBinaryTrainer.Options(), ofImages, seed));

    public override IEstimator<ITransformer> LightGbm(MLContext context, int seed) =>
        context.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options { Seed = seed });

    public override IEstimator<ITransformer> FastTree(MLContext context, int seed) =>
        context.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options { Seed = seed });

    public override double Evaluate(MLContext context, IDataView scored) =>
        context.BinaryClassification.Evaluate(scored).Accuracy;
}
