using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Transforms;

namespace Microsoft.ML;

/// <summary>Adds <c>ml.Transforms.NormalizeInputs</c>.</summary>
public static class NormalizeInputsCatalog
{
    /// <summary>
    /// Brings every slot of a column to a scale that networks learn well from, by default to mean 0 and variance 1, y = (x - μ) / σ, with
    /// what the training data alone has taught.
    /// </summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="outputColumnName">The name of the column to make, of the same type as the input.</param>
    /// <param name="inputColumnName">The column to normalize, <see cref="float"/> or a known-sized vector of it; by default
    /// <paramref name="outputColumnName"/>, which is then replaced.</param>
    /// <param name="method">How: by mean and variance, or, where there are outliers, by median and quartiles, or by ranks.</param>
    /// <returns>An estimator; see <see cref="NormalizeInputsEstimator"/> for what it does with NaN, constant slots and zeros.</returns>
    /// <exception cref="ArgumentException">The method is none of them.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.Concatenate("Features", "Width", "Height")
    ///     .Append(ml.Transforms.NormalizeInputs("Features"));
    /// </code>
    /// </example>
    public static NormalizeInputsEstimator NormalizeInputs(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        NormalizationMethod method = NormalizationMethod.MeanVariance)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return catalog.NormalizeInputs(new NormalizeInputsEstimator.Options
        {
            Columns = [new InputOutputColumnPair(outputColumnName, inputColumnName ?? outputColumnName)],
            Method = method,
        });
    }

    /// <summary>
    /// Brings every slot of several columns to mean 0 and variance 1, y = (x - μ) / σ, with the μ and σ of the training data,
    /// which is read once.
    /// </summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="columns">Pairs of output and input columns.</param>
    /// <returns>An estimator; see <see cref="NormalizeInputsEstimator"/> for what it does with NaN, constant slots and zeros.</returns>
    /// <exception cref="ArgumentException">There is no pair, or two have one output.</exception>
    public static NormalizeInputsEstimator NormalizeInputs(this TransformsCatalog catalog, params InputOutputColumnPair[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return catalog.NormalizeInputs(new NormalizeInputsEstimator.Options { Columns = columns });
    }

    /// <summary>The same with all that can be set on it.</summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="options">The options. They are copied: later changes do not reach the estimator.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public static NormalizeInputsEstimator NormalizeInputs(this TransformsCatalog catalog, NormalizeInputsEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new NormalizeInputsEstimator(CatalogEnvironment.Of(catalog), options);
    }
}
