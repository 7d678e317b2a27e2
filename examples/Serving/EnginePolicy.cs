using Digits;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

namespace Serving;

/// <summary>How a pool gets its prediction engines: one model behind all of them.</summary>
internal sealed class EnginePolicy(MLContext context, ITransformer model) : PooledObjectPolicy<PredictionEngine<Digit, Prediction>>
{
    public override PredictionEngine<Digit, Prediction> Create() => context.Model.CreatePredictionEngine<Digit, Prediction>(model);

    public override bool Return(PredictionEngine<Digit, Prediction> obj) => true;
}
