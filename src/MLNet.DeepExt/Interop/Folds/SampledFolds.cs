using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Interop;

/// <summary>
/// The folds into which ML.NET divides rows. It gives each row a number from 0 to 1 or, by a column of keys, a key, and filters them for each
/// fold; here the numbers are read once for all folds.
/// </summary>
internal sealed class SampledFolds
{
    private readonly IDataView _data; // with the numbers
    private readonly string _sampleColumn;

    private SampledFolds(IDataView data, string sampleColumn, IReadOnlyList<DataOperationsCatalog.TrainTestData> parts)
    {
        _data = data;
        _sampleColumn = sampleColumn;
        Parts = parts;
    }

    /// <summary>The rows to train on and to evaluate on, of each fold.</summary>
    public IReadOnlyList<DataOperationsCatalog.TrainTestData> Parts { get; }

    /// <summary>Divides rows as <see cref="DataOperationsCatalog.CrossValidationSplit(IDataView, int, string, int?)"/> does.</summary>
    public static SampledFolds Of(DataOperationsCatalog catalog, IDataView data, int count, string? samplingKeyColumnName, int? seed)
    {
        IHostEnvironment environment = CatalogEnvironment.Of(catalog);
        string column = DataOperationsCatalog.CreateSplitColumn(environment, ref data, samplingKeyColumnName, seed, fallbackInEnvSeed: true);
        return new SampledFolds(data, column, [.. DataOperationsCatalog.CrossValidationSplit(environment, data, column, count)]);
    }

    /// <summary>Counts the rows that each fold evaluates on, and all, in one pass. A row without a key is in no fold.</summary>
    public (long[] OfFolds, long All) CountRows(IHost host)
    {
        var rows = new long[Parts.Count];
        long all = 0;
        DataViewSchema.Column column = _data.Schema[_sampleColumn];
        using DataViewRowCursor cursor = _data.Open([column]);
        Func<double> sample = SampleReader(cursor, column);
        while (cursor.MoveNext(host))
        {
            all++;
            double value = sample();
            if (double.IsNaN(value))
                continue;
            // The limits of folds are rounded, and a fold has both of its own.
            int near = (int)Math.Clamp(value * rows.Length, 0, rows.Length - 1);
            for (int fold = Math.Max(0, near - 1); fold <= Math.Min(rows.Length - 1, near + 1); fold++)
            {
                if (value >= (double)fold / rows.Length && value <= (double)(fold + 1) / rows.Length)
                    rows[fold]++;
            }
        }

        return (rows, all);
    }

    // As ML.NET's filter compares values: the middle of a key's share; NaN where it is missing.
    private static Func<double> SampleReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType type)
        {
            ValueGetter<double> number = NumberGetters.OfDouble(row, column);
            double value = 0;
            return () =>
            {
                number(ref value);
                return value;
            };
        }

        ValueGetter<ulong> getter = NumberGetters.OfKey(row, column);
        ulong key = 0;
        return () =>
        {
            getter(ref key);
            return key == 0 || key > type.Count ? double.NaN : (key - 0.5) / type.Count;
        };
    }
}
