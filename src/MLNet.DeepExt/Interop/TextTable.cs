using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop;

/// <summary>A data view of texts in memory, which ML.NET makes for itself alone.</summary>
internal static class TextTable
{
    public static IDataView Of(IHost host, string columnName, IReadOnlyList<string> texts)
    {
        var builder = new ArrayDataViewBuilder(host);
        builder.AddColumn(columnName, [.. texts]);
        return builder.GetDataView();
    }
}
