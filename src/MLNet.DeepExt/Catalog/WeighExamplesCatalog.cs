using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;

namespace Microsoft.ML;

/// <summary>Adds <c>WeighExamples</c> to the data operations of a context.</summary>
public static class WeighExamplesCatalog
{
    /// <summary>
    /// Adds a column of weights that are a function of another column: for a trainer's <c>ExampleWeightColumnName</c> and for that of an
    /// evaluation alike, so that a model is judged by what it was trained for.
    /// </summary>
    /// <remarks>
    /// With it the error rate is the weighted one, Σ w·1{ŷ ≠ y} / Σ w. Weights are computed as rows are read. A missing key has no weight,
    /// and its rows are left out, with a warning, by readers of weights. Where the weight is a function of the label alone,
    /// <c>ClassWeights</c> of the options does the same.
    /// </remarks>
    /// <typeparam name="TValue">
    /// What the column holds: <see cref="string"/> for text or for keys of text; the type of its values for another column, or of what its
    /// keys stand for, and of keys that stand for nothing that of the keys.
    /// </typeparam>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="data">The rows.</param>
    /// <param name="columnName">The column that decides.</param>
    /// <param name="weight">
    /// The weight of a value, at least 0 and finite; 0 leaves its rows out. It may be called by several threads.
    /// </param>
    /// <param name="weightColumnName">What the column of weights is called. One that the rows have is hidden.</param>
    /// <returns>The rows with the column of weights.</returns>
    /// <exception cref="ArgumentException">The column has keys that stand for values of another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds something else.</exception>
    /// <exception cref="InvalidOperationException">When rows are read: a weight is negative or not finite.</exception>
    /// <example>
    /// <code>
    /// IDataView weighed = ml.Data.WeighExamples(scored, "Kind", (string kind) => kind == "indecent" ? 10 : 1);
    /// ClassificationReport report = ml.BinaryClassification.Report(weighed, exampleWeightColumnName: "Weight");
    /// </code>
    /// </example>
    public static IDataView WeighExamples<TValue>(
        this DataOperationsCatalog catalog,
        IDataView data,
        string columnName,
        Func<TValue, float> weight,
        string weightColumnName = "Weight")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentException.ThrowIfNullOrEmpty(weightColumnName);
        IHost host = CatalogEnvironment.Of(catalog).Register(nameof(WeighExamples));
        return ComputedColumn.Of(host, data, columnName, weightColumnName, (TValue value) => Checked(value, weight(value)));
    }

    private static float Checked<TValue>(TValue value, float weight) => weight >= 0 && float.IsFinite(weight)
        ? weight
        : throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"The weight of '{value}' must be at least 0 and finite but is {weight}; use 0 to leave its rows out."));
}
