using Microsoft.ML;

namespace MLNet.DeepExt.Benchmarks.Searching.Sets;

/// <summary>A set of classes to search hyper-parameters on.</summary>
/// <param name="Name">Its name.</param>
internal abstract record SearchedSet(string Name)
{
    /// <summary>The share of all rows that is dev, and the share that is test.</summary>
    protected const double HeldOutShare = 0.2;

    public static IReadOnlyList<SearchedSet> All { get; } = [new DigitsSet(), new TumorsSet(), new LettersSet()];

    /// <summary>Reads it; null where it is in the folder of all sets and there is no such folder.</summary>
    /// <param name="context">The context to read with.</param>
    /// <param name="data">The folder of all sets; null if there is none.</param>
    /// <param name="seed">Decides which rows are train, dev and test.</param>
    public abstract SearchedRows? Load(MLContext context, string? data, int seed);

    /// <summary>What comes before the trainer: it ends with the columns Features and Label.</summary>
    /// <param name="context">The context to make it with.</param>
    public virtual IEstimator<ITransformer> Preparation(MLContext context) =>
        context.Transforms.Conversion.MapValueToKey("Label").Append(context.Transforms.NormalizeInputs("Features"));

    protected static SearchedRows Split(MLContext context, IDataView rows, int seed)
    {
        var split = context.Data.TrainDevTestSplit(rows, HeldOutShare, HeldOutShare, labelColumnName: "Label", seed: seed);
        return new SearchedRows(split.Train, split.Dev, split.Test);
    }
}
