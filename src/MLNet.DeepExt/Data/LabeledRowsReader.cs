using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>Reads the rows of a data view that can be learned from into memory, with one cursor.</summary>
internal sealed class LabeledRowsReader(IHost host, LabeledColumns columns)
{
    /// <summary>Reads all rows.</summary>
    /// <exception cref="InvalidOperationException">There are none, they are too many for an array, or they are of one class where two are needed.</exception>
    public LabeledRows Read(IDataView data, DataPurpose purpose) => TryRead(data, purpose, long.MaxValue)!;

    /// <summary>Reads all rows, or gives up: null, as soon as their features take more than <paramref name="maximumBytes"/> or it is cancelled.</summary>
    /// <exception cref="InvalidOperationException">As <see cref="Read"/>.</exception>
    public LabeledRows? TryRead(IDataView data, DataPurpose purpose, long maximumBytes, CancellationToken cancellationToken = default)
    {
        using var cursor = new LabeledRowCursor(host, data, columns);
        var rows = new LabeledRowsBuilder(cursor.Width, columns.WeightName is not null, data.GetRowCount());
        while (cursor.MoveNext())
        {
            if (cancellationToken.IsCancellationRequested)
                return null;
            if (!rows.TryAdd(in cursor.Features, cursor.Class, cursor.Weight))
            {
                throw host.Process(new InvalidOperationException(
                    $"The {purpose.Name} has more than {rows.Limit}, which is what one array holds; take fewer rows, or stream them with DataMode.Streaming."));
            }

            if (rows.Bytes > maximumBytes)
                return null;
        }

        cursor.Tally.Report(host, purpose);
        return rows.Build();
    }
}
