// What augmentation is worth where there are few pictures: a network learns from 200 digits, as they are and augmented differently in every epoch.
//
//   dotnet run -c Release --project examples/Augmenting                           both, with three seeds
//   dotnet run -c Release --project examples/Augmenting -- --sheet digits.png     also draws what the network sees

using System.CommandLine;
using System.Globalization;
using Augmenting;
using Digits;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Trainers;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int fewDigits = 200;
int[] seeds = [1, 2, 3];

// Digits of 8 × 8 pixels: a tenth is less than a pixel.
AugmentationRecipe recipe = Augment.Zoom(0.9f, 1.1f).Rotate(12).Shear(8).Shift(0.1f).Distort(4, 1.5f);

var sheet = new Option<string?>("--sheet") { Description = "A PNG file to draw augmented digits into." };
sheet.Validators.Add(result =>
{
    if (result.GetValueOrDefault<string?>() is { } path && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        result.AddError($"--sheet must be in a folder that exists, but is {path}; make the folder first.");
});
var command = new RootCommand("A network learns from 200 digits, as they are and augmented.") { sheet };
command.SetAction(arguments => Run(arguments.GetValue(sheet)));
return command.Parse(args).Invoke();

int Run(string? path)
{
    double[] plain = Array.ConvertAll(seeds, seed => Accuracy(seed, null));
    double[] augmented = Array.ConvertAll(seeds, seed => Accuracy(seed, recipe));
    Console.WriteLine($"Learned from {fewDigits} digits: {Text(plain)} of 359 others are classified correctly.");
    Console.WriteLine($"Augmented in every epoch:  {Text(augmented)}");
    if (path is not null)
        ContactSheet.Write(path, [.. DigitData.Load().DistinctBy(digit => digit.Label).OrderBy(digit => digit.Label)], recipe, epochs: 11);
    return augmented.Average() > plain.Average() ? 0 : 1;
}

double Accuracy(int seed, AugmentationRecipe? augmentation)
{
    var ml = new MLContext(seed);
    (IReadOnlyList<Digit> training, IReadOnlyList<Digit> test) = DigitData.Split(DigitData.Load(), seed);
    IDataView few = ml.Data.LoadFromEnumerable(training.Take(fewDigits));
    var options = new NeuralNetworkMulticlassTrainer.Options
    {
        Augmentation = augmentation?.OnImages(8, 8),
        MaximumEpochs = 300,
        ValidationFraction = 0, // of so few, none can be spared
    };
    ITransformer model = ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(options))
        .Fit(few);
    MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(ml.Data.LoadFromEnumerable(test)));
    return metrics.MicroAccuracy;
}

static string Text(double[] values) => string.Join(" ", values.Select(value => value.ToString("0.000")));
