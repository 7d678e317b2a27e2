using Microsoft.ML;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>The pipeline of the README, over <see cref="SampleRow"/>, small enough to train in an instant.</summary>
internal static class SamplePipeline
{
    public static NeuralNetworkMulticlassTrainer.Options Options => new()
    {
        HiddenUnits = [8],
        LearningRate = 0.02,
        BatchSize = 32,
        MaximumEpochs = 4,
        NumberOfThreads = 1,
        KeepProbability = 1,
        Schedule = new Constant(),
        WeightAveraging = 0,
    };

    public static IEstimator<ITransformer> Create(MLContext context, NeuralNetworkMulticlassTrainer.Options? options = null) =>
        Preparation(context)
            .Append(context.MulticlassClassification.Trainers.NeuralNetwork(options ?? Options))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    public static IEstimator<ITransformer> Preparation(MLContext context) =>
        context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.Transforms.Concatenate("Features", "A", "B", "C"))
            .Append(context.Transforms.NormalizeInputs("Features"));

    public static (ITransformer Model, DataViewSchema Schema) Fit(int seed = 1)
    {
        var context = new MLContext(seed);
        IDataView data = context.Data.LoadFromEnumerable(SampleRow.Generate(300, seed));
        return (Create(context).Fit(data), data.Schema);
    }
}
