using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Distributions;

/// <summary>Rows of a data view, all or a random sample of them, in one pass.</summary>
/// <param name="Count">How many rows.</param>
/// <param name="Width">Numbers in a row.</param>
/// <param name="Numbers">(count, width).</param>
internal sealed record RowSample(int Count, int Width, float[] Numbers)
{
    /// <summary>Reads them.</summary>
    /// <remarks>Every row has the same chance: J. S. Vitter, Random Sampling with a Reservoir, ACM TOMS 11 (1985), algorithm R.</remarks>
    public static RowSample Read(IHost host, IDataView data, IReadOnlyList<ComparedColumn> columns, int maximumRows, CounterRandom random)
    {
        int width = columns.Sum(column => column.FeatureNames.Count);
        var rows = new List<float[]>();
        DataViewSchema.Column[] own = [.. columns.Select(column => data.Schema[column.Name])];
        using DataViewRowCursor cursor = data.Open(own);
        ComparedColumn.Reader[] readers = [.. columns.Select((column, i) => column.Open(cursor, own[i]))];
        for (long seen = 0; cursor.MoveNext(host); seen++)
        {
            if (rows.Count < maximumRows)
            {
                rows.Add(new float[width]);
                Read(columns, readers, rows[^1]);
            }
            else if ((long)(random.Uniform((ulong)seen) * (seen + 1)) is var place && place < maximumRows)
            {
                Read(columns, readers, rows[(int)place]);
            }
        }

        var numbers = new float[rows.Count * width];
        for (int row = 0; row < rows.Count; row++)
            rows[row].CopyTo(numbers, row * width);
        return new RowSample(rows.Count, width, numbers);
    }

    /// <summary>The values of a feature: (count).</summary>
    public float[] ValuesOf(int feature)
    {
        var values = new float[Count];
        for (int row = 0; row < Count; row++)
            values[row] = Numbers[row * Width + feature];
        return values;
    }

    private static void Read(IReadOnlyList<ComparedColumn> columns, ComparedColumn.Reader[] readers, Span<float> row)
    {
        foreach ((ComparedColumn column, ComparedColumn.Reader read) in columns.Zip(readers))
        {
            read(row[..column.FeatureNames.Count]);
            row = row[column.FeatureNames.Count..];
        }
    }
}
