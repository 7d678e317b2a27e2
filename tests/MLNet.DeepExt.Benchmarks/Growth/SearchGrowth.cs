using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Benchmarks.Growth;

/// <summary>A search whose trials fit next to nothing, so that what is measured is the search itself.</summary>
internal sealed class SearchGrowth(string name, string description, bool folder, Sampler sampler) : GrowthCase
{
    private const int Rows = 10;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override int Size => 100;

    /// <inheritdoc/>
    public override Action Prepare(int size)
    {
        string? path = folder ? Directory.CreateTempSubdirectory("growth-").FullName : null;
        return () =>
        {
            Run(size, path, sampler);
            if (path is not null)
                Directory.Delete(path, recursive: true);
        };
    }

    /// <summary>Searches with so many trials.</summary>
    public static void Run(int trials, string? folder, Sampler sampler)
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(row => new Row { Label = row % 3 == 0, Feature = row }));
        var space = new SearchSpace { ["A"] = Range.Linear(0, 1), ["B"] = Range.Log(1e-4, 1), ["C"] = Range.Integer(1, 1000) };
        context.ModelSelection.Search(space, trial => trial.Context.BinaryClassification.Trainers.Prior())
            .Maximize(Metric.Accuracy)
            .Run(rows, rows, new SearchOptions { Trials = trials, Folder = folder, Sampler = sampler, Seed = 1 });
    }

    private sealed class Row
    {
        public bool Label { get; set; }

        public float Feature { get; set; }
    }
}
