using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Sparse;

/// <summary>
/// Three epochs of the ML.NET trainer on rows that are mostly zeros, then scoring: seconds, and the most memory that the process ever held.
/// </summary>
internal static class SparseTrainingBenchmark
{
    private const int ScoredRows = 20_000;

    public static void Run(int rows, int features, int threads)
    {
        var context = new MLContext(seed: 1);
        SchemaDefinition schema = SparseExample.Schema(features);
        var options = new NeuralNetworkMulticlassTrainer.Options { MaximumEpochs = 3, NumberOfThreads = threads };
        options.Progress = new EpochPrinter(rows * (1 - options.ValidationFraction));
        long start = Stopwatch.GetTimestamp();
        NeuralNetworkMulticlassTransformer model = context.MulticlassClassification.Trainers.NeuralNetwork(options)
            .Fit(context.Data.LoadFromEnumerable(new SparseExamples(rows, features, seed: 1), schema));
        Print("read and trained", start);

        start = Stopwatch.GetTimestamp();
        IDataView test = context.Data.LoadFromEnumerable(new SparseExamples(ScoredRows, features, seed: 2), schema);
        double accuracy = context.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        Print(FormattableString.Invariant($"{ScoredRows:#,0} rows generated and scored ({accuracy:0.000} right)"), start);
    }

    private static void Print(string what, long start) =>
        Medians.WriteLine($"{what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s; {PeakMemory.Mebibytes} MiB at most so far");
}
