using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop;

/// <summary>The rows of one data view after those of another, which ML.NET does for itself alone.</summary>
internal static class AppendedRows
{
    public static IDataView Of(IHost host, IDataView first, IDataView second) =>
        AppendRowsDataView.Create(host, first.Schema, first, second);
}
