using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Transforms;

namespace Microsoft.ML;

/// <summary>Adds <c>ml.Transforms.NormalizeInputs</c>.</summary>
public static class NormalizeInputsCatalog
{
    /// <summary>
    /// Brings every slot of a column to mean 0 and variance 1, y = (x - μ) / σ, with the μ and σ of the training data.
    /// </summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="outputColumnName">The name of the column to make, of the same type as the input.</param>
    /// <param name="inputColumnName">The column to normalize, <see cref="float"/> or a known-sized vector of it; by default
    /// <paramref name="outputColumnName"/>, which is then replaced.</param>
    /// <returns>An estimator; see <see cref="NormalizeInputsEstimator"/> for what it does with NaN, constant slots and zeros.</returns>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.Concatenate("Features", "Width", "Height")
    ///     .Append(ml.Transforms.NormalizeInputs("Features"));
    /// </code>
    /// </example>
    public static NormalizeInputsEstimator NormalizeInputs(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new NormalizeInputsEstimator(
            CatalogEnvironment.Of(catalog), new InputOutputColumnPair(outputColumnName, inputColumnName ?? outputColumnName));
    }

    /// <summary>
    /// Brings every slot of several columns to mean 0 and variance 1, y = (x - μ) / σ, with the μ and σ of the training data,
    /// which is read once.
    /// </summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="columns">Pairs of output and input columns.</param>
    /// <returns>An estimator; see <see cref="NormalizeInputsEstimator"/> for what it does with NaN, constant slots and zeros.</returns>
    /// <exception cref="ArgumentException">There is no pair.</exception>
    public static NormalizeInputsEstimator NormalizeInputs(this TransformsCatalog catalog, params InputOutputColumnPair[] columns)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(columns);
        return new NormalizeInputsEstimator(CatalogEnvironment.Of(catalog), columns);
    }
}
