using MLNet.DeepExt.Distributions;
using MLNet.DeepExt.Interop.Hosting;

namespace Microsoft.ML;

/// <summary>Adds <c>CompareDistributions</c> to the data operations of a context.</summary>
public static class CompareDistributionsCatalog
{
    /// <summary>
    /// Says whether two sets of rows, such as dev and test, or training data and what a model meets in use, are of one distribution, and
    /// which features give them away where they are not.
    /// </summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="first">The first rows.</param>
    /// <param name="second">The second rows, with the same columns.</param>
    /// <param name="columnNames">
    /// The columns to compare: numbers, vectors of floats, dates, text, keys, yes or no. By default all that can be.
    /// </param>
    /// <returns>The verdict, with a test of every feature and the AUC of a classifier that tells the rows apart.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than 25 rows of either.</exception>
    /// <example>
    /// <code>
    /// DistributionComparison comparison = ml.Data.CompareDistributions(dev, test);
    /// Console.WriteLine(comparison.Verdict);
    /// </code>
    /// </example>
    public static DistributionComparison CompareDistributions(
        this DataOperationsCatalog catalog, IDataView first, IDataView second, params string[] columnNames)
    {
        ArgumentNullException.ThrowIfNull(columnNames);
        return catalog.CompareDistributions(
            first, second, new CompareDistributionsOptions { ColumnNames = columnNames.Length == 0 ? null : columnNames });
    }

    /// <summary>The same with all that can be set on it.</summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="first">The first rows.</param>
    /// <param name="second">The second rows, with the same columns.</param>
    /// <param name="options">The options. They are copied.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than 25 rows of either.</exception>
    public static DistributionComparison CompareDistributions(
        this DataOperationsCatalog catalog, IDataView first, IDataView second, CompareDistributionsOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(options);
        return new DistributionComparer(CatalogEnvironment.Of(catalog).Register(nameof(CompareDistributions)), options.Copy())
            .Compare(first, second);
    }
}
