using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Transforms;

namespace Microsoft.ML;

/// <summary>Adds <c>MixWithNoise</c> to the transforms of a context.</summary>
public static class MixWithNoiseCatalog
{
    /// <summary>
    /// Adds noise to a column while a pipeline is fitted: y = x + g·n, g = √(P(x) / (P(n) · 10^(snr/10))), P the mean of the squares. At
    /// prediction and evaluation the column stays as it is.
    /// </summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="noise">The noise, a row for each recording of it. It is read when the pipeline is fitted.</param>
    /// <param name="snrDb">The ratio of signal to noise in decibels, from -100 to 100; 20 gives the noise a hundredth of the signal's
    /// power.</param>
    /// <param name="inputColumnName">The column to mix, a vector of <see cref="float"/>; by default <paramref name="outputColumnName"/>,
    /// which is then replaced.</param>
    /// <param name="noiseColumnName">The column of <paramref name="noise"/>, a vector of <see cref="float"/>; by default called like the
    /// input column.</param>
    /// <param name="copies">How many mixed versions follow each row; 0 replaces each row by its mixed version.</param>
    /// <param name="seed">The seed of all that is drawn; by default drawn from the context.</param>
    /// <returns>An estimator; see <see cref="MixWithNoiseEstimator"/> for what is drawn, and for silence.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column of <paramref name="noise"/> is missing or is of another type.</exception>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.MixWithNoise("Signal", carNoise, snrDb: 10, copies: 2)
    ///     .Append(ml.Transforms.NormalizeInputs("Features", "Signal"))
    ///     .Append(ml.MulticlassClassification.Trainers.NeuralNetwork());
    /// </code>
    /// </example>
    public static MixWithNoiseEstimator MixWithNoise(
        this TransformsCatalog catalog,
        string outputColumnName,
        IDataView noise,
        double snrDb,
        string? inputColumnName = null,
        string? noiseColumnName = null,
        int copies = 0,
        int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(noise);
        return catalog.MixWithNoise(new MixWithNoiseEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Noise = noise,
            NoiseColumnName = noiseColumnName,
            MinimumSnrDb = snrDb,
            MaximumSnrDb = snrDb,
            Copies = copies,
            Seed = seed,
        });
    }

    /// <summary>The same with all that can be set on it, such as a range of ratios.</summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="options">The options. They are copied: later changes do not reach the estimator.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column of the noise is missing or is of another type.</exception>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public static MixWithNoiseEstimator MixWithNoise(this TransformsCatalog catalog, MixWithNoiseEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new MixWithNoiseEstimator(CatalogEnvironment.Of(catalog), options);
    }
}
