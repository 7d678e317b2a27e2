using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>The one place where cursors over rows of others are moved.</summary>
internal static class SourceCursors
{
    private const int RowsBetweenChecks = 1024;

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
