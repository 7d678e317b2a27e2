using System.Globalization;
using Digits;
using Microsoft.ML;
using MLNet.DeepExt.Trainers;
using Progress;

// Trains with a bar that says how far it is and how long it may yet take. Ctrl+C ends the training; what was best so far is kept.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int seed = 1;
using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true; // the program goes on, without the training
    cancellation.Cancel();
};

var ml = new MLContext(seed);
(IReadOnlyList<Digit> training, IReadOnlyList<Digit> test) = DigitData.Split(DigitData.Load(), seed);
IDataView train = ml.Data.LoadFromEnumerable(training);

ITransformer model = TrainingBar.Show(progress => ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.NormalizeInputs("Features"))
    .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
    {
        Progress = progress,
        CancellationToken = cancellation.Token,
    }))
    .Fit(train));

double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(ml.Data.LoadFromEnumerable(test))).MicroAccuracy;
Console.WriteLine(
    $"{(cancellation.IsCancellationRequested ? "Ended early; the best model so far" : "The model")} " +
    $"classifies {accuracy:P1} of {test.Count} other digits correctly.");
return cancellation.IsCancellationRequested || accuracy > 0.9 ? 0 : 1;
