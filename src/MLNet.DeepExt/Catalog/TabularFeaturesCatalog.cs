using MLNet.DeepExt.Transforms;

namespace Microsoft.ML;

/// <summary>Adds <c>TabularFeatures</c> to the transforms of a context.</summary>
public static class TabularFeaturesCatalog
{
    /// <summary>
    /// Turns the columns of a table into one column of features, each by its type: numbers at mean 0 and variance 1, texts and keys as
    /// categories, dates as places in the year, the week and the day; missing values are replaced and told.
    /// </summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="outputColumnName">The column of features that is added.</param>
    /// <param name="labelColumnName">The label, which never becomes a feature.</param>
    /// <param name="inputColumnNames">The columns to take; by default every column but the label.</param>
    /// <returns>An estimator; <see cref="TabularFeaturesEstimator"/> says what becomes of each type.</returns>
    /// <exception cref="ArgumentException">A name is empty or comes twice.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.TabularFeatures(labelColumnName: "Income")
    ///     .Append(ml.BinaryClassification.Trainers.NeuralNetwork("Income"));
    /// </code>
    /// </example>
    public static TabularFeaturesEstimator TabularFeatures(
        this TransformsCatalog catalog,
        string outputColumnName = "Features",
        string labelColumnName = "Label",
        string[]? inputColumnNames = null) =>
        catalog.TabularFeatures(new TabularFeaturesEstimator.Options
        {
            OutputColumnName = outputColumnName,
            LabelColumnName = labelColumnName,
            InputColumnNames = inputColumnNames,
        });

    /// <summary>The same with all that can be set on it.</summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="options">The options. They are copied: later changes do not reach the estimator.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public static TabularFeaturesEstimator TabularFeatures(this TransformsCatalog catalog, TabularFeaturesEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new TabularFeaturesEstimator(catalog, options);
    }
}
