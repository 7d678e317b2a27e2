using Digits;
using Microsoft.ML;

namespace MLNet.DeepExt.Benchmarks.Searching.Sets;

/// <summary>The 1,797 digits of the examples: 64 pixels, ten classes.</summary>
internal sealed record DigitsSet() : SearchedSet("digits")
{
    public override SearchedRows Load(MLContext context, string? data, int seed) =>
        Split(context, context.Data.LoadFromEnumerable(DigitData.Load()), seed);
}
