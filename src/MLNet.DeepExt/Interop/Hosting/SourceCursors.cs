using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>The one place where cursors over rows of others are opened and moved.</summary>
internal static class SourceCursors
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Opens a cursor; disposing of it throws nothing that ML.NET says of its threads.</summary>
    public static DataViewRowCursor Open(this IDataView data, IEnumerable<DataViewSchema.Column> columns, Random? random = null) =>
        new SourceCursor(data.GetRowCursor(columns, random));

    /// <summary>Opens cursors that share the rows, as <see cref="Open"/> does.</summary>
    public static DataViewRowCursor[] OpenSet(
        this IDataView data, IEnumerable<DataViewSchema.Column> columns, int count, Random? random = null) =>
        [.. data.GetRowCursorSet(columns, count, random).Select(cursor => new SourceCursor(cursor))];

    /// <summary>
    /// Moves to the next row; every 1,024 rows it checks whether the context was cancelled. What it throws is as <see cref="MoveToNext"/>.
    /// </summary>
    public static bool MoveNext(this DataViewRowCursor cursor, IHost host)
    {
        if (!cursor.MoveToNext())
            return false;
        if (cursor.Position % RowsBetweenChecks == 0)
            host.ThrowIfCancelled();
        return true;
    }

    /// <summary>Moves to the next row. What it throws is what happened to the row, not ML.NET's message about its threads.</summary>
    public static bool MoveToNext(this DataViewRowCursor cursor)
    {
        try
        {
            return cursor.MoveNext();
        }
        catch (Exception exception) when (SourceFault.Find(exception) is { } fault)
        {
            throw fault;
        }
    }
}
