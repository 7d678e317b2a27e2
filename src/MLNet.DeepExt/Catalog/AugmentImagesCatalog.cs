using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Transforms;

namespace Microsoft.ML;

/// <summary>Adds <c>AugmentImages</c> to the transforms of a context.</summary>
public static class AugmentImagesCatalog
{
    /// <summary>
    /// Changes pictures while a pipeline is fitted, as a recipe says. At prediction and evaluation they stay as they are. For trainers of
    /// this library, their <c>Options.Augmentation</c> is better: it draws other changes in every epoch.
    /// </summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="recipe">What is done, such as <c>Augment.Rotate(15).Shift(0.1f).OnImages(28, 28)</c>.</param>
    /// <param name="inputColumnName">The column of pictures, a known-sized vector of <see cref="float"/> or <c>MLImage</c>; by default
    /// <paramref name="outputColumnName"/>, which is then replaced.</param>
    /// <param name="copies">How many augmented versions follow each row; 0 replaces each row by one.</param>
    /// <param name="seed">The seed of all that is drawn; by default drawn from the context.</param>
    /// <returns>An estimator; see <see cref="AugmentImagesEstimator"/> for how it is drawn.</returns>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.AugmentImages("Features", Augment.Rotate(15).Shift(0.1f).OnImages(28, 28), copies: 4)
    ///     .Append(ml.MulticlassClassification.Trainers.LightGbm());
    /// </code>
    /// </example>
    public static AugmentImagesEstimator AugmentImages(
        this TransformsCatalog catalog,
        string outputColumnName,
        AugmentationRecipe recipe,
        string? inputColumnName = null,
        int copies = 0,
        int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return catalog.AugmentImages(new AugmentImagesEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Recipe = recipe,
            Copies = copies,
            Seed = seed,
        });
    }

    /// <summary>The same with all that can be set on it.</summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="options">The options. They are copied: later changes do not reach the estimator.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public static AugmentImagesEstimator AugmentImages(this TransformsCatalog catalog, AugmentImagesEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new AugmentImagesEstimator(CatalogEnvironment.Of(catalog), options);
    }
}
