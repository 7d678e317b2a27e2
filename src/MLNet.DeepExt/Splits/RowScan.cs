using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Splits;

/// <summary>Reads what decides where rows go, once, and nothing else.</summary>
internal static class RowScan
{
    /// <summary>Reads something of every row: (rows).</summary>
    /// <param name="host">Who reads.</param>
    /// <param name="data">The rows.</param>
    /// <param name="columns">The columns that it needs.</param>
    /// <param name="open">Makes what reads it of a row.</param>
    /// <exception cref="InvalidOperationException">There are more rows than an array holds.</exception>
    public static T[] Read<T>(
        IHost host, IDataView data, IReadOnlyCollection<DataViewSchema.Column> columns, Func<DataViewRow, Func<T>> open)
    {
        var values = new List<T>();
        using DataViewRowCursor cursor = data.Open(columns);
        Func<T> read = open(cursor);
        while (cursor.MoveNext(host))
        {
            if (values.Count == Array.MaxLength)
            {
                throw host.Process(new InvalidOperationException(FormattableString.Invariant(
                    $"There are more than {Array.MaxLength} rows, the most that can be split; split the files.")));
            }

            values.Add(read());
        }

        return [.. values];
    }
}
