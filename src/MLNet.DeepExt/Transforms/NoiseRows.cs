using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// The noise of <see cref="MixWithNoiseEstimator"/>, in memory: vectors of any lengths, all of them finite and none silent.
/// </summary>
internal sealed class NoiseRows(IReadOnlyList<float[]> rows)
{
    public int Count => rows.Count;

    public float[] this[int row] => rows[row];

    /// <summary>Reads a column, and warns of rows that are of no use.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is no row of use, or they take more than <paramref name="maximumMegabytes"/>.
    /// </exception>
    public static NoiseRows Read(IHost host, IDataView noise, string columnName, int maximumMegabytes)
    {
        DataViewSchema.Column column = noise.Schema[columnName];
        var rows = new List<float[]>();
        long silent = 0, notFinite = 0, bytesLeft = (long)maximumMegabytes << 20;
        using DataViewRowCursor cursor = noise.Open([column]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> row = default;
        while (cursor.MoveNext(host))
        {
            getter(ref row);
            if (!FiniteValues.Only(in row))
            {
                notFinite++;
                continue;
            }

            if (row.GetValues().IndexOfAnyExcept(0f) < 0)
            {
                silent++;
                continue;
            }

            bytesLeft -= (long)sizeof(float) * row.Length;
            if (bytesLeft < 0)
            {
                throw host.Process(new InvalidOperationException(
                    $"The noise in column '{columnName}' takes more than {maximumMegabytes} megabytes, from its row " +
                    $"{cursor.Position + 1} on; raise MaximumNoiseMegabytes, or give fewer or shorter rows."));
            }

            rows.Add([.. row.DenseValues()]);
        }

        Report(host, columnName, rows.Count, silent, notFinite);
        return new NoiseRows(rows);
    }

    private static void Report(IHost host, string columnName, long kept, long silent, long notFinite)
    {
        long all = kept + silent + notFinite;
        if (all == 0)
            throw host.Process(new InvalidOperationException("The noise has no rows; check the file, or the filter, that it comes from."));
        if (kept == all)
            return;
        string counts = $"{silent + notFinite} of {all} rows of the noise ({silent} silent, {notFinite} with NaN or infinite values)";
        if (kept == 0)
        {
            throw host.Process(new InvalidOperationException(
                $"No row of the noise can be used: left out {counts}; check column '{columnName}' of the noise."));
        }

        host.Warn("Reading noise", $"Left out {counts}; check column '{columnName}' of the noise.");
    }
}
