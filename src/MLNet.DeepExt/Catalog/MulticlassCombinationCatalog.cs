using Microsoft.ML.Trainers;
using MLNet.DeepExt.Interop.Combining;
using MLNet.DeepExt.Trainers;

namespace Microsoft.ML;

/// <summary>Adds multiclass trainers that are made of a binary neural network for every class, or every pair of classes.</summary>
/// <remarks>
/// One network with softmax, as <c>MulticlassClassification.Trainers.NeuralNetwork</c> trains it, learns all classes together, is faster
/// and usually better. These are for comparison, and for classes that have little in common.
/// </remarks>
public static class MulticlassCombinationCatalog
{
    /// <summary>
    /// Creates a <see cref="OneVersusAllTrainer"/>, which trains a binary neural network for every class against all others; a row is
    /// of the class whose network is surest. The networks take no part in batched scoring: rows are scored one by one.
    /// </summary>
    /// <param name="catalog">The trainers for multiclass classification.</param>
    /// <param name="binaryTrainer">
    /// The trainer of each network. Its label column is the one named here, whose keys it sees as yes or no.
    /// </param>
    /// <param name="labelColumnName">The column of labels, a key. The binary trainer's must have the same name.</param>
    /// <param name="imputeMissingLabelsAsNegative">
    /// Whether a row with a missing label counts as one of no class; by default it is left out.
    /// </param>
    /// <param name="useProbabilities">
    /// Whether scores are the networks' probabilities, divided by their sum; otherwise they are the logits.
    /// </param>
    /// <exception cref="ArgumentException">The binary trainer reads another label column.</exception>
    /// <example>
    /// <code>
    /// var trainer = ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.Trainers.NeuralNetwork());
    /// </code>
    /// </example>
    public static OneVersusAllTrainer OneVersusAll(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        NeuralNetworkBinaryTrainer binaryTrainer,
        string labelColumnName = "Label",
        bool imputeMissingLabelsAsNegative = false,
        bool useProbabilities = true)
    {
        Require(catalog, binaryTrainer, labelColumnName);
        return MulticlassCombinations.OneVersusAll(
            catalog, binaryTrainer.AsPredictorTrainer(), labelColumnName, imputeMissingLabelsAsNegative, useProbabilities);
    }

    /// <summary>
    /// Creates a <see cref="PairwiseCouplingTrainer"/>, which trains a binary neural network for every class and every pair of classes
    /// and couples their probabilities. With k classes these are k·(k + 1)/2 networks. Rows are scored one by one.
    /// </summary>
    /// <param name="catalog">The trainers for multiclass classification.</param>
    /// <param name="binaryTrainer">
    /// The trainer of each network. Its label column is the one named here, whose keys it sees as yes or no.
    /// </param>
    /// <param name="labelColumnName">The column of labels, a key. The binary trainer's must have the same name.</param>
    /// <param name="imputeMissingLabelsAsNegative">
    /// Whether a row with a missing label counts as one of no class; by default it is left out.
    /// </param>
    /// <exception cref="ArgumentException">The binary trainer reads another label column.</exception>
    /// <example>
    /// <code>
    /// var trainer = ml.MulticlassClassification.Trainers.PairwiseCoupling(ml.BinaryClassification.Trainers.NeuralNetwork());
    /// </code>
    /// </example>
    public static PairwiseCouplingTrainer PairwiseCoupling(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        NeuralNetworkBinaryTrainer binaryTrainer,
        string labelColumnName = "Label",
        bool imputeMissingLabelsAsNegative = false)
    {
        Require(catalog, binaryTrainer, labelColumnName);
        return MulticlassCombinations.PairwiseCoupling(
            catalog, binaryTrainer.AsPredictorTrainer(), labelColumnName, imputeMissingLabelsAsNegative);
    }

    private static void Require(
        MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, NeuralNetworkBinaryTrainer trainer, string labelColumnName)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        if (trainer.LabelColumnName != labelColumnName)
        {
            throw new ArgumentException(
                $"The binary trainer reads label column '{trainer.LabelColumnName}' but the classes are in '{labelColumnName}'; " +
                "give both the same name.",
                nameof(labelColumnName));
        }
    }
}
