using Microsoft.ML;

namespace MLNet.DeepExt.Interop;

/// <summary>Makes what cross-validation gives for a fold, for which ML.NET has no public API.</summary>
internal static class FoldResults
{
    public static TrainCatalogBase.CrossValidationResult<TMetrics> Create<TMetrics>(
        ITransformer model, TMetrics metrics, IDataView scoredHoldOutSet, int fold)
        where TMetrics : class => new(model, metrics, scoredHoldOutSet, fold);
}
