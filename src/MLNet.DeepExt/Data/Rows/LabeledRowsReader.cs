using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Data;

/// <summary>Reads the rows of a data view that can be learned from into memory, with one cursor.</summary>
internal sealed class LabeledRowsReader(IHost host, LabeledColumns columns)
{
    /// <summary>
    /// Reads all rows for what has to be known before training: the statistics of the targets where they are numbers, else null, and what
    /// is gathered of features.
    /// </summary>
    /// <param name="data">What to read.</param>
    /// <param name="survey">Receives the features.</param>
    /// <param name="cancellationToken">Where it is cancelled, the next row throws.</param>
    /// <exception cref="ReadingCancelledException">It was cancelled.</exception>
    public TargetStatistics? Survey(IDataView data, FeatureSurvey survey, CancellationToken cancellationToken)
    {
        var target = new float[columns.Label.TargetWidth];
        TargetStatistics? statistics = columns.Label.IsClass ? null : new TargetStatistics(target.Length);
        using var cursor = new LabeledRowCursor(host, data, columns, cancellationToken);
        survey.Begin();
        while (cursor.MoveNext())
        {
            cursor.CopyTarget(target);
            statistics?.Add(target, cursor.Weight);
            survey.Add(in cursor.Features);
        }

        return statistics;
    }

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
    /// <param name="data">What to read.</param>
    /// <param name="purpose">What the rows are read for.</param>
    /// <param name="maximumBytes">What their features may take.</param>
    /// <param name="survey">Receives the features; null where nothing is gathered of them.</param>
    /// <param name="cancellationToken">Where it is cancelled, the next row throws.</param>
    /// <exception cref="InvalidOperationException">As <see cref="Read"/>.</exception>
    /// <exception cref="ReadingCancelledException">It was cancelled.</exception>
    public ReadRows? TryRead(
        IDataView data, DataPurpose purpose, long maximumBytes, FeatureSurvey? survey = null, CancellationToken cancellationToken = default)
    {
        using var cursor = new LabeledRowCursor(host, data, columns, cancellationToken);
        var rows = new LabeledRowsBuilder(
            cursor.Width, columns.WeightName is not null, data.GetRowCount(), maximumBytes, columns.Label.TargetWidth);
        var target = new float[columns.Label.TargetWidth];
        TargetStatistics? statistics = columns.Label.IsClass ? null : new TargetStatistics(target.Length);
        survey?.Begin();
        while (cursor.MoveNext())
        {
            cursor.CopyTarget(target);
            switch (rows.Add(in cursor.Features, cursor.Class, cursor.Weight, target))
            {
                case RowAdmission.OverLimit:
                    return null;
                case RowAdmission.OverArrayLength:
                    throw host.Process(new InvalidOperationException(
                        $"The {purpose.Name} has more than {rows.Limit}, which is what one array holds; " +
                        "take fewer rows, or stream them with DataMode.Streaming."));
            }

            statistics?.Add(target, cursor.Weight);
            survey?.Add(in cursor.Features);
        }

        if (!cursor.Tally.IsEnough(purpose))
            cursor.Tally.Report(host, purpose);
        return new ReadRows(rows.Build(), cursor.Tally, statistics);
    }
}
