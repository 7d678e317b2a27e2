using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Trainers;
using Spectre.Console;
using static Microsoft.ML.Transforms.ValueToKeyMappingEstimator;

namespace Digits;

/// <summary>The first process: trains, tests, saves, and starts the second one.</summary>
internal static class Training
{
    public static int Run(int firstSeed, int runs, string modelFile)
    {
        var accuracies = new List<double>();
        for (int seed = firstSeed; seed < firstSeed + runs; seed++)
        {
            accuracies.Add(TrainAndTest(seed, modelFile));
            if (!Verification.RunInSecondProcess(modelFile, seed))
                return 1;
        }

        if (runs > 1)
        {
            accuracies.Sort();
            double median = (accuracies[(runs - 1) / 2] + accuracies[runs / 2]) / 2;
            AnsiConsole.MarkupLineInterpolated($"[bold]Median test accuracy of {runs} seeds: {median:0.0000}[/]");
        }

        return 0;
    }

    private static double TrainAndTest(int seed, string modelFile)
    {
        (IReadOnlyList<Digit> trainingRows, IReadOnlyList<Digit> testRows) = DigitData.Split(DigitData.Load(), seed);
        var ml = new MLContext(seed);
        IDataView training = ml.Data.LoadFromEnumerable(trainingRows);
        IDataView test = ml.Data.LoadFromEnumerable(testRows);

        ITransformer model = Train(ml, training, out double seconds);
        IDataView scored = model.Transform(test);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored);
        Report.Write(metrics.ConfusionMatrix, out double macroF1);
        AnsiConsole.MarkupLineInterpolated(
            $"Seed {seed}: trained on {trainingRows.Count} digits in {seconds:0.0} s, tested on {testRows.Count}.");
        AnsiConsole.MarkupLineInterpolated($"[bold]Test accuracy {metrics.MicroAccuracy:0.0000}[/], macro F1 {macroF1:0.0000}.");

        ml.Model.Save(model, training.Schema, modelFile);
        PredictionFile.Write(Verification.PredictionsOf(modelFile), ml.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false));
        AnsiConsole.MarkupLineInterpolated($"Saved {modelFile}, {new FileInfo(modelFile).Length / 1024} KiB.");
        return metrics.MicroAccuracy;
    }

    private static ITransformer Train(MLContext ml, IDataView training, out double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        ITransformer model = EpochTable.Show(progress =>
        {
            // Nothing but the progress display is set: everything else is the default.
            var options = new NeuralNetworkMulticlassTrainer.Options
            {
                Preset = NetworkPreset.Classic, // the features are pixels
                Progress = progress,
            };
            var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: KeyOrdinality.ByValue)
                .Append(ml.Transforms.NormalizeInputs("Features"))
                .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(options))
                .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
            return pipeline.Fit(training);
        });
        seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return model;
    }
}
