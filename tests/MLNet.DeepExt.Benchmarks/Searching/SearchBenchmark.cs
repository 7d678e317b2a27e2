using Microsoft.ML;
using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Benchmarks.Searching.Sets;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Searching;

/// <summary>How soon ways to search find good hyper-parameters: best log loss of dev so far, and the winner's accuracy on test.</summary>
internal static class SearchBenchmark
{
    private const int MostTrials = 1000;

    private static readonly int[] Budgets = [1, 3, 6, 9, 15, 21, SearchMethod.FullTrainings];

    private static SearchSpace Space => new()
    {
        ["LearningRate"] = Range.Log(1e-4, 1e-1),
        ["Units"] = Range.Integer(8, 256, log: true),
        ["KeepProbability"] = Range.Linear(0.5, 1),
    };

    /// <summary>Runs it and prints a table for each set, in Markdown.</summary>
    /// <param name="data">The folder of all sets; null leaves out those that are not embedded.</param>
    /// <param name="only">The names of sets; none takes all.</param>
    /// <param name="seeds">How many searches of each kind.</param>
    public static void Run(string? data, IReadOnlyCollection<string> only, int seeds)
    {
        foreach (SearchedSet set in SearchedSet.All.Where(set => only.Count == 0 || only.Contains(set.Name)))
        {
            if (set.Load(new MLContext(0), data, seed: 1) is null)
            {
                Console.WriteLine($"{set.Name}: left out; --data names no folder that has it");
                continue;
            }

            Print(set, data, seeds);
        }
    }

    private static void Print(SearchedSet set, string? data, int seeds)
    {
        Console.WriteLine();
        string budgets = string.Join(" | ", Budgets.Select(budget => $"after {budget}"));
        Console.WriteLine($"| {set.Name} | {budgets} | each seed | test accuracy | trials |");
        Console.WriteLine($"| --- |{string.Concat(Enumerable.Repeat(" ---: |", Budgets.Length))} --- | ---: | ---: |");
        foreach (SearchMethod method in SearchMethod.All)
        {
            SearchOutcome[] outcomes = [.. Enumerable.Range(1, seeds).Select(seed => Search(set, data, method, seed))];
            string curve = string.Join(" | ", Budgets.Select(
                budget => Text($"{Medians.Of(outcomes.Select(outcome => outcome.Curve.BestAt(budget))):0.0000}")));
            string each = string.Join(' ', outcomes.Select(outcome => Text($"{outcome.Curve.BestAt(Budgets[^1]):0.0000}")));
            string accuracy = Text($"{Medians.Of(outcomes.Select(outcome => outcome.TestAccuracy)):0.0000}");
            double trials = Medians.Of(outcomes.Select(outcome => (double)outcome.Trials));
            Medians.WriteLine($"| {method.Name} | {curve} | {each} | {accuracy} | {trials:0} |");
        }
    }

    private static SearchOutcome Search(SearchedSet set, string? data, SearchMethod method, int seed)
    {
        var context = new MLContext(seed);
        SearchedRows rows = set.Load(context, data, seed)!;
        using var ending = new CancellationTokenSource();
        var curve = new SearchCurve(ending);
        SearchResult result = context.ModelSelection.Search(Space, trial => PipelineOf(set, trial))
            .Minimize(Metric.LogLoss)
            .Run(rows.Train, rows.Dev, new SearchOptions
            {
                Trials = MostTrials, // the budget ends before
                Sampler = method.Sampler,
                Scheduler = method.Scheduler,
                Seed = seed,
                Progress = curve,
                CancellationToken = ending.Token,
            });
        double accuracy = context.MulticlassClassification.Evaluate(result.Model.Transform(rows.Test)).MicroAccuracy;
        return new SearchOutcome(curve, accuracy, result.Trials.Count);
    }

    // All rows are learned from, to the end of the cycle: what dev says is what trials are compared by, and nothing else.
    private static IEstimator<ITransformer> PipelineOf(SearchedSet set, Trial trial) => set.Preparation(trial.Context)
        .Append(trial.Context.MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
        {
            HiddenUnits = [trial.Get<int>("Units")],
            LearningRate = trial.Get<double>("LearningRate"),
            KeepProbability = trial.Get<float>("KeepProbability"),
            MaximumEpochs = SearchMethod.Epochs,
            ValidationFraction = 0,
        }));

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private sealed record SearchOutcome(SearchCurve Curve, double TestAccuracy, int Trials);
}
