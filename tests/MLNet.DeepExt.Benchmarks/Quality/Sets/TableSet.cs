using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Benchmarks.Quality.Splits;
using MLNet.DeepExt.Benchmarks.Quality.Tasks;
using MLNet.DeepExt.Benchmarks.Workloads;

namespace MLNet.DeepExt.Benchmarks.Quality.Sets;

/// <summary>A table in text files.</summary>
internal abstract record TableSet(string Name, string Folder, double Goal, QualityTask Task, TableFiles Files)
    : QualitySet(Name, Folder, Goal, Task, IsTable: true)
{
    // Which rows are the test data where there is no file of it. It must not change with the seed that a network is trained with.
    private const int TestSeed = 1;

    /// <summary>What stands where in a line.</summary>
    protected abstract IEnumerable<TextLoader.Column> Columns { get; }

    public sealed override bool IsIn(string data) =>
        Find(data, Files.Training) is not null && (Files.Test is null || Find(data, Files.Test) is not null);

    public sealed override DataParts Load(MLContext context, string data, SplitKind split, int? heldOutSeed)
    {
        TextLoader loader = context.Data.CreateTextLoader(new TextLoader.Options
        {
            Columns = [.. Columns],
            Separators = [Files.Separator],
            TrimWhitespace = true,
            MissingRealsAsNaNs = true,
        });
        (TableLines training, TableLines judging) = ReadLines(data, split);
        if (heldOutSeed is { } seed)
            (training, judging) = training.Split(Files.ClassOf, HeldOutShare, seed);
        return new DataParts(loader.Load(training), loader.Load(judging));
    }

    private (TableLines Training, TableLines Test) ReadLines(string data, SplitKind split)
    {
        TableLines all = TableLines.Read(Find(data, Files.Training)!, Files.HaveHeader);
        if (Files.Test is { } test)
            return (all, TableLines.Read(Find(data, test)!, Files.HaveHeader));
        return split == SplitKind.Own ? all.Split(Files.ClassOf, HeldOutShare, TestSeed) : all.Split(SklearnSplit.TestRows(Name));
    }

    private string? Find(string data, string file) => DataFile.Find(Path.Combine(data, Folder), file);
}
