using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop;

/// <summary>Puts columns one after the other, under names of their own for the slots, which ML.NET does for itself alone.</summary>
internal static class Concatenation
{
    public static ITransformer Create(IHost host, string outputColumnName, IEnumerable<(string Column, string SlotName)> sources) =>
        new ColumnConcatenatingTransformer(host, new ColumnConcatenatingTransformer.ColumnOptions(outputColumnName, sources));
}
