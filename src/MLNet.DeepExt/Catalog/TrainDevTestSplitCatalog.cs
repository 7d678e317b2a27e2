using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Splits;

namespace Microsoft.ML;

/// <summary>Adds <c>TrainDevTestSplit</c> to the data operations of a context.</summary>
public static class TrainDevTestSplitCatalog
{
    /// <summary>
    /// Divides rows into those to learn from, those to choose models by, and those to judge the chosen one by. No row is in two parts. One
    /// pass decides; the parts are then read from the data row by row, and take a byte of memory for each row.
    /// </summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="data">
    /// The rows. They have to come in the same order each time that they are read, else rows are in two parts; where they do not, use the
    /// options, with Cache.
    /// </param>
    /// <param name="devFraction">The share of all rows for dev, in (0, 1).</param>
    /// <param name="testFraction">The share of all rows for test, in (0, 1).</param>
    /// <param name="labelColumnName">The label of which each part gets the same shares; null, the default, looks at none.</param>
    /// <param name="groupColumnName">The column of which all rows with one value go to one part; null, the default, looks at none.</param>
    /// <param name="seed">What chance is drawn from; null, the default, draws one from the context.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">A part would get no rows.</exception>
    /// <example>
    /// <code>
    /// TrainDevTestData split = ml.Data.TrainDevTestSplit(data, devFraction: 0.2, testFraction: 0.2, labelColumnName: "Label");
    /// ITransformer model = pipeline.Fit(split.Train, split.Dev);
    /// </code>
    /// </example>
    public static TrainDevTestData TrainDevTestSplit(
        this DataOperationsCatalog catalog,
        IDataView data,
        double devFraction = 0.1,
        double testFraction = 0.1,
        string? labelColumnName = null,
        string? groupColumnName = null,
        int? seed = null) =>
        catalog.TrainDevTestSplit(data, new TrainDevTestSplitOptions
        {
            DevFraction = devFraction,
            TestFraction = testFraction,
            LabelColumnName = labelColumnName,
            GroupColumnName = groupColumnName,
            Seed = seed,
        });

    /// <summary>The same with all that can be set on it.</summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="data">
    /// The rows. They have to come in the same order each time that they are read, else rows are in two parts, but where Cache is set.
    /// </param>
    /// <param name="options">The options. They are copied.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">A part would get no rows, or rows have no time to go by.</exception>
    public static TrainDevTestData TrainDevTestSplit(
        this DataOperationsCatalog catalog, IDataView data, TrainDevTestSplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        IHost host = CatalogEnvironment.Of(catalog).Register(nameof(TrainDevTestSplit));
        TrainDevTestSplitOptions copy = options.Copy();
        if (copy.FindFault() is { } fault)
            throw host.Process(fault.ToException());
        int seed = copy.Seed ?? (copy.ByContent ? 0 : host.Rand.Next());
        return new TrainDevTestData(catalog, host, data, copy, seed);
    }
}
