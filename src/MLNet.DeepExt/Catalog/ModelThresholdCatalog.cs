using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Chains;
using MLNet.DeepExt.Trainers;

namespace Microsoft.ML;

/// <summary>Changes from which probability on a fitted neural network says yes.</summary>
public static class ModelThresholdCatalog
{
    /// <summary>
    /// Makes of a fitted model one that says yes above another probability; PredictedLabel changes, Score and Probability stay.
    /// </summary>
    /// <remarks>
    /// <c>Evaluate</c> of ML.NET goes by the score alone and does not know of this threshold; for recall and precision at it, count
    /// PredictedLabel.
    /// </remarks>
    /// <param name="catalog">The catalog of binary classification.</param>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="threshold">
    /// The probability, in (0, 1), above which PredictedLabel is yes. ML.NET's <c>ChangeModelThreshold</c>, for its own models, takes a
    /// score instead.
    /// </param>
    /// <exception cref="ArgumentException">The threshold is out of its range.</exception>
    /// <example>
    /// <code>
    /// var careful = ml.BinaryClassification.ChangeProbabilityThreshold(model, threshold: 0.2f);    // finds more, with more false alarms
    /// </code>
    /// </example>
    public static NeuralNetworkBinaryTransformer ChangeProbabilityThreshold(
        this BinaryClassificationCatalog catalog, NeuralNetworkBinaryTransformer model, float threshold)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        if (NeuralNetworkBinaryTransformer.FindFaultOfThreshold(threshold) is { } fault)
            throw new ArgumentException(fault, nameof(threshold));
        return model.WithThreshold(threshold);
    }

    /// <summary>The same for a chain of transformers that ends with such a model.</summary>
    /// <param name="catalog">The catalog of binary classification.</param>
    /// <param name="model">The chain; it is not changed.</param>
    /// <param name="threshold">The probability, in (0, 1), above which PredictedLabel is yes.</param>
    /// <exception cref="ArgumentException">The threshold is out of its range.</exception>
    public static TransformerChain<NeuralNetworkBinaryTransformer> ChangeProbabilityThreshold(
        this BinaryClassificationCatalog catalog, TransformerChain<NeuralNetworkBinaryTransformer> model, float threshold)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TransformerChains.WithLast(model, catalog.ChangeProbabilityThreshold(model.LastTransformer, threshold));
    }
}
