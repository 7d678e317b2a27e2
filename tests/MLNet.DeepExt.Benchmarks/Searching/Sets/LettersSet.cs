using Microsoft.ML;
using MLNet.DeepExt.Benchmarks.Quality;
using MLNet.DeepExt.Benchmarks.Quality.Sets;

namespace MLNet.DeepExt.Benchmarks.Searching.Sets;

/// <summary>Letter Recognition as `quality` has it, with a fifth of its training rows as dev.</summary>
internal sealed record LettersSet() : SearchedSet("letter")
{
    private static readonly LetterSet Set = new();

    public override SearchedRows? Load(MLContext context, string? data, int seed)
    {
        if (data is null || !Set.IsIn(data))
            return null;
        (IDataView train, IDataView dev) = Set.Load(context, data, SplitKind.Own, heldOutSeed: seed);
        return new SearchedRows(train, dev, Set.Load(context, data, SplitKind.Own, heldOutSeed: null).Judging);
    }

    public override IEstimator<ITransformer> Preparation(MLContext context) => Set.Preparation(context);
}
