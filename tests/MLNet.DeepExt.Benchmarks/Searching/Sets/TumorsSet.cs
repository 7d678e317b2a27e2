using global::Searching;
using Microsoft.ML;

namespace MLNet.DeepExt.Benchmarks.Searching.Sets;

/// <summary>The 569 tumours of the examples: 30 measures, malignant or not.</summary>
internal sealed record TumorsSet() : SearchedSet("tumors")
{
    public override SearchedRows Load(MLContext context, string? data, int seed) =>
        Split(context, context.Data.LoadFromEnumerable(Tumor.Load()), seed);
}
