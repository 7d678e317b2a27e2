using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>Reads the rows of a data view that can be learned from into memory, with one cursor.</summary>
internal sealed class LabeledRowsReader(IHost host, LabeledColumns columns)
{
    /// <summary>Reads all rows, and warns of those that were skipped.</summary>
    /// <exception cref="InvalidOperationException">
    /// There are none, they are too many for an array, or they are of one class where two are needed.
    /// </exception>
    public LabeledRows Read(IDataView data, DataPurpose purpose)
    {
        ReadRows read = TryRead(data, purpose, long.MaxValue)!;
        read.Tally.Report(host, purpose);
        return read.Rows;
    }

    /// <summary>
    /// Reads all rows, or gives up: null, at the first one with which their features would take more than
    /// <paramref name="maximumBytes"/>. Where rows were skipped, that is for the caller to report, who may yet have to read them
    /// again.
    /// </summary>
    /// <exception cref="InvalidOperationException">As <see cref="Read"/>.</exception>
    /// <exception cref="ReadingCancelledException">It was cancelled.</exception>
    public ReadRows? TryRead(IDataView data, DataPurpose purpose, long maximumBytes, CancellationToken cancellationToken = default)
    {
        using var cursor = new LabeledRowCursor(host, data, columns, cancellationToken);
        var rows = new LabeledRowsBuilder(cursor.Width, columns.WeightName is not null, data.GetRowCount(), maximumBytes);
        while (cursor.MoveNext())
        {
            switch (rows.Add(in cursor.Features, cursor.Class, cursor.Weight))
            {
                case RowAdmission.OverLimit:
                    return null;
                case RowAdmission.OverArrayLength:
                    throw host.Process(new InvalidOperationException(
                        $"The {purpose.Name} has more than {rows.Limit}, which is what one array holds; " +
                        "take fewer rows, or stream them with DataMode.Streaming."));
            }
        }

        if (!cursor.Tally.IsEnough(purpose))
            cursor.Tally.Report(host, purpose);
        return new ReadRows(rows.Build(), cursor.Tally);
    }
}
