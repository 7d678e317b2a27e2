using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Trainers;
using MLNet.DeepExt.Transforms;

namespace Microsoft.ML;

/// <summary>Adds <c>CalculateFeatureContribution</c> of neural networks to the transforms of a context.</summary>
public static class FeatureContributionCatalog
{
    /// <summary>
    /// Adds a column that says of every row what each feature contributes to what a neural network predicts: above 0 it speaks for it, below
    /// 0 against it. ML.NET's method of the same name does it for linear models and trees.
    /// </summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="model">The fitted network.</param>
    /// <param name="method">How: <see cref="IntegratedGradients"/>, the default, or <see cref="GradientTimesInput"/>.</param>
    /// <param name="output">
    /// Which output is explained, counted from 0: a class, a label, a target. By default the one that is predicted, of several labels or
    /// targets the largest, of quantiles the median, as Score has it.
    /// </param>
    /// <param name="outputColumnName">The column that is added.</param>
    /// <returns>An estimator; see <see cref="FeatureContributionEstimator"/>.</returns>
    /// <exception cref="ArgumentException">The method is impossible, or there is no such output.</exception>
    /// <example>
    /// <code>
    /// var model = pipeline.Fit(train);    // ends with a neural network
    /// IDataView scored = model.Transform(test);
    /// IDataView explained = ml.Transforms.CalculateFeatureContribution(model.LastTransformer).Fit(scored).Transform(scored);
    /// </code>
    /// </example>
    public static FeatureContributionEstimator CalculateFeatureContribution(
        this TransformsCatalog catalog,
        NeuralNetworkTransformer model,
        Attribution? method = null,
        int? output = null,
        string outputColumnName = "FeatureContributions")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new FeatureContributionEstimator(
            CatalogEnvironment.Of(catalog), new InputOutputColumnPair(outputColumnName, model.FeatureColumnName),
            model.Content.Model.Network, model.Content.Loss, method ?? new IntegratedGradients(), output);
    }
}
