using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Quality.Tasks;

/// <summary>To tell classes apart, judged by the share of rows whose class was predicted.</summary>
internal sealed record MulticlassTask() : QualityTask("accuracy", MoreIsBetter: true)
{
    public override IEstimator<ITransformer> Network(MLContext context, NetworkOptions options, bool ofImages, int seed) =>
        context.MulticlassClassification.Trainers.NeuralNetwork(
            options.Set(new NeuralNetworkMulticlassTrainer.Options(), ofImages, seed));

    public override IEstimator<ITransformer> LightGbm(MLContext context, int seed) =>
        context.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options { Seed = seed });

    public override IEstimator<ITransformer> FastTree(MLContext context, int seed) =>
        context.MulticlassClassification.Trainers.OneVersusAll(
            context.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options { Seed = seed }));

    public override double Evaluate(MLContext context, IDataView scored) =>
        context.MulticlassClassification.Evaluate(scored).MicroAccuracy;
}
