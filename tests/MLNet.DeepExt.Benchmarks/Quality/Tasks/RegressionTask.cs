using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Quality.Tasks;

/// <summary>To predict a number, judged by the root of the mean squared error.</summary>
/// <param name="Unit">What the error is counted in.</param>
internal sealed record RegressionTask(double Unit) : QualityTask("rmse", MoreIsBetter: false)
{
    public override IEstimator<ITransformer> Network(MLContext context, NetworkOptions options, bool ofImages, int seed) =>
        context.Regression.Trainers.NeuralNetwork(options.Set(new NeuralNetworkRegressionTrainer.Options(), ofImages, seed));

    public override IEstimator<ITransformer> LightGbm(MLContext context, int seed) =>
        context.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options { Seed = seed });

    public override IEstimator<ITransformer> FastTree(MLContext context, int seed) =>
        context.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options { Seed = seed });

    public override double Evaluate(MLContext context, IDataView scored) =>
        context.Regression.Evaluate(scored).RootMeanSquaredError / Unit;
}
