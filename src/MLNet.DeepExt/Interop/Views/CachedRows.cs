using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Interop;

/// <summary>Rows that are kept in memory as they are first read: ML.NET's cache, for who has a host and no context.</summary>
internal static class CachedRows
{
    /// <summary>The rows from memory; as they are where that would lose a column, which ML.NET's cache leaves out if it cannot hold it.</summary>
    public static IDataView Of(IHost host, IDataView data)
    {
        if (data.Schema.FirstOrDefault(column => !CanHold(column.Type)) is not { Name: { } lost } column)
            return new CacheDataView(host, data, prefetch: null);
        using IChannel channel = host.Start("Cache");
        channel.Info(
            MessageSensitivity.Schema,
            $"Column '{lost}' is of type {SchemaShapes.TypeName(column.Type)}, which cannot be held in memory; the rows are read again each time.");
        return data;
    }

    private static bool CanHold(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;
}
