using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Chains;

namespace Microsoft.ML;

/// <summary>Adds fitting with validation data to chains of estimators.</summary>
public static class EstimatorChainExtensions
{
    /// <summary>
    /// Fits the chain on <paramref name="train"/>, and has its trainer stop by <paramref name="validation"/>, which goes through the
    /// transforms fitted before it; they learn nothing of it.
    /// </summary>
    /// <typeparam name="TLast">The last transformer.</typeparam>
    /// <param name="chain">
    /// The chain. Every estimator in it, or in a chain within it, that has a method <c>Fit(IDataView, IDataView)</c>, as the neural
    /// networks and ML.NET's trees and gradient boosting have, gets both; all others are fitted on the training data alone.
    /// </param>
    /// <param name="train">The training data.</param>
    /// <param name="validation">Other data with the columns of the training data.</param>
    /// <returns>What <c>Fit(train)</c> returns, stopped by other rows.</returns>
    /// <exception cref="InvalidOperationException">No estimator of the chain takes validation data; nothing was fitted.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    ///     .Append(ml.Transforms.NormalizeInputs("Features"))
    ///     .Append(ml.MulticlassClassification.Trainers.NeuralNetwork())
    ///     .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    /// ITransformer model = pipeline.Fit(train, dev);
    /// </code>
    /// </example>
    public static TransformerChain<TLast> Fit<TLast>(this EstimatorChain<TLast> chain, IDataView train, IDataView validation)
        where TLast : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        return ChainFitting.Fit(chain, train, validation);
    }
}
