using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Interop.Combining;

/// <summary>Makes the trainers of ML.NET that combine binary models, for which ML.NET has no public API.</summary>
internal static class MulticlassCombinations
{
    public static OneVersusAllTrainer OneVersusAll(
        MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        ITrainerEstimator<BinaryPredictionTransformer<BinaryPredictor>, BinaryPredictor> binary,
        string labelColumnName,
        bool imputeMissingLabelsAsNegative,
        bool useProbabilities) =>
        new(
            CatalogEnvironment.Of(catalog), binary, labelColumnName, imputeMissingLabelsAsNegative,
            calibrator: null, useProbabilities: useProbabilities);

    public static PairwiseCouplingTrainer PairwiseCoupling(
        MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        ITrainerEstimator<BinaryPredictionTransformer<BinaryPredictor>, BinaryPredictor> binary,
        string labelColumnName,
        bool imputeMissingLabelsAsNegative) =>
        new(CatalogEnvironment.Of(catalog), binary, labelColumnName, imputeMissingLabelsAsNegative);
}
