using Microsoft.ML;
using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>Trains on a set, once for each seed, and judges.</summary>
/// <param name="folder">The folder of all sets.</param>
/// <param name="seeds">How many seeds: 1, 2 and so on.</param>
/// <param name="split">Which rows are the test data of a set without a test file.</param>
/// <param name="heldOut">Whether to judge by a part of the training data, another for each seed, and to leave the test data alone.</param>
internal sealed class QualityMeasurement(string folder, int seeds, SplitKind split, bool heldOut)
{
    private const string Ours = "NeuralNetwork";

    /// <summary>Our network.</summary>
    public QualityRow Network(QualitySet set, NetworkOptions options)
    {
        string name = set.IsTable ? $"{Ours}, {options.Name}" : Ours;
        QualityRow row = Measure(set, name, (context, seed) => set.Task.Network(context, options, ofImages: !set.IsTable, seed));
        return row with { Goal = set.Goal, Reached = row.Value is { } value ? set.Task.IsReached(set.Goal, value) : null };
    }

    /// <summary>LightGBM, where its native library can be loaded.</summary>
    public QualityRow LightGbm(QualitySet set) => Measure(set, "LightGbm", set.Task.LightGbm);

    /// <summary>FastTree, which is managed as ours is.</summary>
    public QualityRow FastTree(QualitySet set) => Measure(set, "FastTree", set.Task.FastTree);

    private QualityRow Measure(QualitySet set, string trainer, Func<MLContext, int, IEstimator<ITransformer>> create)
    {
        var row = new QualityRow { Set = set.Name, Metric = set.Task.Metric, Trainer = trainer, JudgedBy = heldOut ? "held-out" : "test" };
        if (!set.IsIn(folder))
            return row with { Reason = $"its files are not in the folder '{set.Folder}' of --data" };
        try
        {
            (double Value, double Seconds)[] results = [.. Enumerable.Range(1, seeds).Select(seed => Measure(set, create, seed))];
            return row with
            {
                Value = Medians.Of(results.Select(result => result.Value)),
                Seconds = Medians.Of(results.Select(result => result.Seconds)),
                Values = [.. results.Select(result => result.Value)],
            };
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return row with { Reason = FirstLine(exception.GetBaseException().Message) };
        }
    }

    // What follows, where a library cannot be loaded, is all the places in which it was sought.
    private static string FirstLine(string message) => message.ReplaceLineEndings("\n").Split('\n')[0];

    private (double Value, double Seconds) Measure(QualitySet set, Func<MLContext, int, IEstimator<ITransformer>> create, int seed)
    {
        var context = new MLContext(seed);
        DataParts parts = set.Load(context, folder, split, heldOut ? seed : null);
        IEstimator<ITransformer> pipeline = set.Preparation(context).Append(create(context, seed));
        ITransformer? model = null;
        double seconds = Timing.SecondsOf(() => model = pipeline.Fit(parts.Training));
        return (set.Task.Evaluate(context, model!.Transform(parts.Judging)), seconds);
    }
}
