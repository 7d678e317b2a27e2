using Microsoft.ML;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>Rows of which one cannot be read, in front of transforms that ML.NET runs on several threads.</summary>
internal static class TornRows
{
    /// <summary>What the row that cannot be read says.</summary>
    public const string Message = "Row 100 of the meter is torn; repair the file.";

    /// <summary>Rows of <see cref="TaskRow"/>, prepared, of which the hundredth cannot be read.</summary>
    public static IDataView Of(MLContext context) => Of(TaskRow.Prepare(context, TaskRow.Generate(200, seed: 1)));

    /// <summary>The rows, of which the hundredth cannot be read.</summary>
    public static IDataView Of(IDataView rows) =>
        new WatchedDataView(rows, row => _ = row == 100 ? throw new InvalidOperationException(Message) : row);

    /// <summary>The rows behind a transform of each of their columns.</summary>
    public static IDataView Behind(MLContext context, IDataView rows) => rows.Schema.Where(column => !column.IsHidden)
        .Aggregate(rows, (data, column) => context.Transforms.CopyColumns(column.Name, column.Name).Fit(data).Transform(data));
}
