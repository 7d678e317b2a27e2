using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>What tells the rows of a data view from others: their number, their values, and their order.</summary>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Columns">A text that differs, almost surely, where the names or types of the columns, or their order, differ.</param>
/// <param name="Content">A text that differs, almost surely, where the rows differ, in whatever order they come.</param>
/// <param name="Order">A text that differs, almost surely, where the rows differ or come in another order.</param>
internal sealed record RowsFingerprint(long Rows, string Columns, string Content, string Order)
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Reads all columns that can be selected by name, once, in the order in which a cursor without random numbers gives the rows.</summary>
    /// <param name="host">Who reads. Its log names columns whose values cannot be compared.</param>
    /// <param name="data">The rows.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static RowsFingerprint Of(IHost host, IDataView data, CancellationToken cancellationToken)
    {
        DataViewSchema.Column[] columns = [.. data.Schema.Where(column => !column.IsHidden && IsComparable(column.Type))];
        Report(host, data.Schema.Where(column => !column.IsHidden && !IsComparable(column.Type)));
        using DataViewRowCursor cursor = data.Open(columns);
        Func<ulong>[] codes = [.. columns.Select(column => Open(cursor, column))];
        long rows = 0;
        ulong content = 0, order = 0;
        while (cursor.MoveNext(host))
        {
            if (rows++ % RowsBetweenChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            ulong row = 0;
            foreach (Func<ulong> code in codes)
                row = ValueCodes.Combine(row, code());
            // A sum, unlike an exclusive or, counts equal rows.
            content += ValueCodes.Combine(row, 0);
            order = ValueCodes.Combine(order, row);
        }

        ulong schema = columns.Aggregate(0UL, (code, column) => ValueCodes.Combine(code, ValueCodes.OfText($"{column.Name} {column.Type}")));
        return new RowsFingerprint(rows, Text(schema), Text(content), Text(order));
    }

    private static string Text(ulong code) => FormattableString.Invariant($"{code:x16}");

    private static bool IsComparable(DataViewType type) => ImageColumns.AreOf(type) || ValueCodes.Exist(type);

    private static Func<ulong> Open(DataViewRow row, DataViewSchema.Column column) =>
        ImageColumns.AreOf(column.Type) ? ImageCodes.Open(row, column) : ValueCodes.Open(row, column);

    private static void Report(IHost host, IEnumerable<DataViewSchema.Column> skipped)
    {
        foreach (DataViewSchema.Column column in skipped)
        {
            host.Warn(
                "Fingerprint",
                $"Column '{column.Name}' is of type {SchemaShapes.TypeName(column.Type)}, whose values cannot be compared; "
                + "rows that differ in it alone are taken for the same.");
        }
    }
}
