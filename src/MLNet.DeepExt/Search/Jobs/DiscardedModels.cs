using Microsoft.ML;

namespace MLNet.DeepExt.Search;

/// <summary>Disposes of models that a search has no use for.</summary>
/// <remarks>
/// Only of what trainers made, which are fitted again in every trial. The other transformers of a chain may be those of an estimator
/// that the pipelines of all trials share, which gives the same transformer every time.
/// </remarks>
internal static class DiscardedModels
{
    /// <summary>Disposes of what trainers made in a model.</summary>
    /// <param name="model">The model; null for none.</param>
    /// <param name="kept">A model that is still needed, and may have parts in common; null for none.</param>
    public static void Dispose(ITransformer? model, ITransformer? kept)
    {
        HashSet<object> needed = new(PredictorsOf(kept), ReferenceEqualityComparer.Instance);
        foreach (IDisposable predictor in PredictorsOf(model).Where(predictor => !needed.Contains(predictor)).OfType<IDisposable>())
            predictor.Dispose();
    }

    private static IEnumerable<ITransformer> PredictorsOf(ITransformer? model) => model switch
    {
        IPredictionTransformer<object> predictor => [predictor],
        IEnumerable<ITransformer> chain => chain.SelectMany(PredictorsOf),
        _ => [],
    };
}
