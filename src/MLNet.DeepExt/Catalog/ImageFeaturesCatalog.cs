using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Transforms;

namespace Microsoft.ML;

/// <summary>Adds <c>ImageFeatures</c> to the transforms of a context.</summary>
public static class ImageFeaturesCatalog
{
    /// <summary>
    /// Makes features of images, numbers from 0 to 1: of an <c>MLImage</c> of any size, or of pixels that are bytes or floats from 0 to 255.
    /// </summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="outputColumnName">The column of features that is added.</param>
    /// <param name="inputColumnName">The column of images.</param>
    /// <param name="height">Pixels from top to bottom, at least 1.</param>
    /// <param name="width">Pixels from left to right, at least 1.</param>
    /// <param name="colors">Which numbers stand for a pixel.</param>
    /// <returns>An estimator; <see cref="ImageFeaturesEstimator"/> says what becomes of each form.</returns>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.LoadImages("Image", imageFolder, "Path")    // of the package Microsoft.ML.ImageAnalytics
    ///     .Append(ml.Transforms.ImageFeatures("Features", "Image", height: 28, width: 28))
    ///     .Append(ml.MulticlassClassification.Trainers.NeuralNetwork());
    /// </code>
    /// </example>
    public static ImageFeaturesEstimator ImageFeatures(
        this TransformsCatalog catalog,
        string outputColumnName = "Features",
        string inputColumnName = "Image",
        int height = 28,
        int width = 28,
        ImageColors colors = ImageColors.Gray) =>
        catalog.ImageFeatures(new ImageFeaturesEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Height = height,
            Width = width,
            Colors = colors,
        });

    /// <summary>The same with all that can be set on it.</summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="options">The options. They are copied: later changes do not reach the estimator.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public static ImageFeaturesEstimator ImageFeatures(this TransformsCatalog catalog, ImageFeaturesEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ImageFeaturesEstimator(CatalogEnvironment.Of(catalog), options);
    }
}
