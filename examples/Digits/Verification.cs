using System.Diagnostics;
using Microsoft.ML;
using Spectre.Console;

namespace Digits;

/// <summary>The second process: knows nothing but the model file, and must predict what the first one did.</summary>
internal static class Verification
{
    /// <summary>Where the first process leaves its predictions for the second one.</summary>
    public static string PredictionsOf(string modelFile) => modelFile + ".predictions";

    /// <summary>Starts this program again to verify a model.</summary>
    /// <returns>Whether all predictions were equal.</returns>
    public static bool RunInSecondProcess(string modelFile, int seed)
    {
        // Started as its own executable, or by the dotnet host with the assembly as its first argument.
        string program = Environment.ProcessPath!;
        bool byHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        string[] assembly = byHost ? [typeof(Verification).Assembly.Location] : [];
        using Process process = Process.Start(program, [.. assembly, "verify", modelFile, PredictionsOf(modelFile), "--seed", $"{seed}"]);
        process.WaitForExit();
        File.Delete(PredictionsOf(modelFile));
        return process.ExitCode == 0;
    }

    public static int Run(string modelFile, string predictionsFile, int seed)
    {
        IReadOnlyList<Prediction> expected = PredictionFile.Read(predictionsFile);
        (_, IReadOnlyList<Digit> test) = DigitData.Split(DigitData.Load(), seed);

        var ml = new MLContext();
        ITransformer model = ml.Model.Load(modelFile, out _);
        IDataView scored = model.Transform(ml.Data.LoadFromEnumerable(test));
        Prediction[] together = [.. ml.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false)];
        using PredictionEngine<Digit, Prediction> engine = ml.Model.CreatePredictionEngine<Digit, Prediction>(model);
        Prediction[] oneByOne = [.. test.Select(digit => engine.Predict(digit))];

        int different = expected.Count - Math.Min(CountEqual(expected, together), CountEqual(expected, oneByOne));
        AnsiConsole.MarkupLineInterpolated(different == 0
            ? (FormattableString)$"A second process loaded {modelFile}: [green]all {expected.Count} predictions are equal[/]."
            : $"A second process loaded {modelFile}: [red]{different} of {expected.Count} predictions differ[/].");
        return different == 0 ? 0 : 1;
    }

    private static int CountEqual(IReadOnlyList<Prediction> expected, Prediction[] actual) =>
        expected.Zip(actual, (e, a) => e.PredictedLabel == a.PredictedLabel && e.Score.AsSpan().SequenceEqual(a.Score)).Count(equal => equal);
}
