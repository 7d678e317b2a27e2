using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>What ML.NET keeps to itself of a component's host.</summary>
internal static class HostExtensions
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Throws, as the trainers of ML.NET do, when the context has been cancelled.</summary>
    public static void ThrowIfCancelled(this IHost host) => host.CheckAlive();

    /// <summary>Moves to the next row; now and then it asks whether the context has been cancelled.</summary>
    public static bool MoveNext(this DataViewRowCursor cursor, IHost host)
    {
        if (!cursor.MoveNext())
            return false;
        if (cursor.Position % RowsBetweenChecks == 0)
            host.ThrowIfCancelled();
        return true;
    }

    public static Exception MissingColumn(this IExceptionContext context, string parameterName, string role, string columnName) =>
        context.ExceptSchemaMismatch(parameterName, role, columnName);

    public static Exception WrongColumnType(
        this IExceptionContext context, string parameterName, string role, string columnName, string? expected, string? actual) =>
        context.ExceptSchemaMismatch(parameterName, role, columnName, expected, actual);
}
