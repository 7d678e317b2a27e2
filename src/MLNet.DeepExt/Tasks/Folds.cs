using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Tasks;

/// <summary>The folds of a cross-validation, each with rows to train on and rows to evaluate on.</summary>
internal static class Folds
{
    private const int MostFolds = 10_000;

    /// <summary>Divides rows into folds, as ML.NET does: each row at random, or by a column that keeps rows together.</summary>
    /// <exception cref="ArgumentException">The number of folds is out of its range, or a fold gets no rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sampling key column is missing.</exception>
    public static IReadOnlyList<DataOperationsCatalog.TrainTestData> Of(
        DataOperationsCatalog catalog, IHost host, IDataView data, int numberOfFolds, string? samplingKeyColumnName, int? seed)
    {
        if (numberOfFolds is < 2 or > MostFolds)
            throw Fault(host, $"numberOfFolds must be from 2 to {MostFolds} but is {numberOfFolds}; 5 is the default.");
        if (samplingKeyColumnName is not null && data.Schema.GetColumnOrNull(samplingKeyColumnName) is null)
            throw host.MissingColumn(nameof(data), "sampling key", samplingKeyColumnName, data.Schema);
        SampledFolds folds = SampledFolds.Of(catalog, data, numberOfFolds, samplingKeyColumnName, seed);
        // Before hours are spent on the folds before it.
        (long[] ofFolds, long rows) = folds.CountRows(host);
        if (Array.IndexOf(ofFolds, 0) is >= 0 and int empty)
            throw EmptyFold(host, rows, empty, numberOfFolds, samplingKeyColumnName);
        return folds.Parts;
    }

    private static ArgumentException EmptyFold(IHost host, long rows, int fold, int numberOfFolds, string? samplingKeyColumnName) =>
        Fault(host, $"numberOfFolds is {numberOfFolds} but fold {fold} gets none of the {rows} rows, which are put into folds at random" + (
            samplingKeyColumnName is null
                ? "; use fewer folds, or more rows."
                : $" by their values in column '{samplingKeyColumnName}'; use fewer folds, or a column of more values."));

    private static ArgumentException Fault(IHost host, FormattableString text) => Fault(host, text.ToString(CultureInfo.InvariantCulture));

    private static ArgumentException Fault(IHost host, string text) => host.Process(new ArgumentException(text, "numberOfFolds"));
}
