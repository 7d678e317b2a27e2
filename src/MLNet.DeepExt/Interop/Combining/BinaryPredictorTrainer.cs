using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Interop.Combining;

/// <summary>A trainer of binary networks in the form in which ML.NET trains one for every class, or every pair of classes.</summary>
/// <param name="host">Who trains.</param>
/// <param name="trainer">The trainer, whose transformers and schemas these are.</param>
/// <param name="read">What a transformer of it has learned.</param>
internal sealed class BinaryPredictorTrainer<TTransformer, TModel>(
    IHost host, ITrainerEstimator<TTransformer, TModel> trainer, Func<TTransformer, (Network<float> Network, Loss Loss)> read)
    : ITrainerEstimator<BinaryPredictionTransformer<BinaryPredictor>, BinaryPredictor>
    where TTransformer : class, ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    public TrainerInfo Info => trainer.Info;

    public BinaryPredictionTransformer<BinaryPredictor> Fit(IDataView input)
    {
        TTransformer fitted = trainer.Fit(input);
        (Network<float> network, Loss loss) = read(fitted);
        return new BinaryPredictionTransformer<BinaryPredictor>(
            host, new BinaryPredictor(network, loss), input.Schema, fitted.FeatureColumnName);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => trainer.GetOutputSchema(inputSchema);
}
