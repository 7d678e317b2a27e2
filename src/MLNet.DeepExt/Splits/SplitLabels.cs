using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace MLNet.DeepExt.Splits;

/// <summary>By which label column the parts of splits were stratified, for code that judges models on a part.</summary>
internal static class SplitLabels
{
    private static readonly ConditionalWeakTable<IDataView, string> Names = [];

    /// <summary>Keeps the label column of a part for as long as the part is there.</summary>
    public static void Add(IDataView part, string labelColumnName) => Names.Add(part, labelColumnName);

    /// <summary>The label column of a part; null for data that is no part, or of a split that looked at no label.</summary>
    public static string? Find(IDataView data) => Names.TryGetValue(data, out string? name) ? name : null;
}
