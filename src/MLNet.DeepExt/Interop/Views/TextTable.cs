using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop;

/// <summary>A data view of texts in memory, which ML.NET makes for itself alone.</summary>
internal static class TextTable
{
    /// <summary>Columns of texts; shorter ones are filled up with empty texts, which are missing.</summary>
    public static IDataView Of(IHost host, IReadOnlyList<(string Name, string[] Texts)> columns)
    {
        int rows = columns.Max(column => column.Texts.Length);
        var builder = new ArrayDataViewBuilder(host);
        foreach ((string name, string[] texts) in columns)
            builder.AddColumn(name, [.. texts, .. Enumerable.Repeat("", rows - texts.Length)]);
        return builder.GetDataView();
    }
}
