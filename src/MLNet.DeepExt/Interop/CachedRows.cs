using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop;

/// <summary>Rows that are kept in memory as they are first read: ML.NET's cache, for who has a host and no context.</summary>
internal static class CachedRows
{
    public static IDataView Of(IHost host, IDataView data) => new CacheDataView(host, data, prefetch: null);
}
