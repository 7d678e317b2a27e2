using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace MLNet.DeepExt.Interop;

/// <summary>Columns once more under other names: ML.NET's copying, for who has a host and no context.</summary>
internal static class CopiedColumns
{
    public static IDataView Of(IHost host, IDataView data, IEnumerable<(string Copy, string Original)> columns) =>
        new ColumnCopyingTransformer(host, [.. columns]).Transform(data);
}
