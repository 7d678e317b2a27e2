using System.Globalization;
using Digits;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Trainers;
using MLNet.DeepExt.Transforms;
using Synthesis;

// Training data that is made rather than collected, twice: noise that will be met in use, mixed in while the network is trained; and
// rows of a class that there are few of.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int seed = 1;
var ml = new MLContext(seed);
(IReadOnlyList<Digit> training, IReadOnlyList<Digit> test) = DigitData.Split(DigitData.Load(), seed);
(training, IReadOnlyList<Digit> dev) = DigitData.Split(training, seed); // separate rows decide when training stops; nothing is made of them
IDataView train = ml.Data.LoadFromEnumerable(training), clean = ml.Data.LoadFromEnumerable(test);

// What the model will meet: each digit with noise from other recordings than those of training.
var ratios = new MixWithNoiseEstimator.Options
{
    Noise = CarNoise.Record(ml, seed: 2),
    NoiseColumnName = "Recording",
    MinimumSnrDb = -3,
    MaximumSnrDb = 9,
};
IDataView noisy = ml.Transforms.MixWithNoise(ratios).Fit(clean).TransformForTraining(clean);

// What training has instead: other recordings, and three mixtures of each digit beside the digit itself.
ratios.Noise = CarNoise.Record(ml, seed: 3);
ratios.Copies = 3;
IDataView validation = ml.Data.LoadFromEnumerable(dev);
ITransformer asRecorded = Digits().Fit(train, validation);
ITransformer withNoise = ml.Transforms.MixWithNoise(ratios).Append(Digits()).Fit(train, validation);
double before = Accuracy(asRecorded, noisy), after = Accuracy(withNoise, noisy), stillClean = Accuracy(withNoise, clean);
Console.WriteLine($"Which digit? Accuracy on {test.Count} digits, from -3 to 9 dB above the noise of a car:");
Console.WriteLine($"{"Trained on",-28} {"in silence",12} {"in the car",12}");
Console.WriteLine($"{"digits as they are",-28} {Accuracy(asRecorded, clean),12:0.000} {before,12:0.000}");
Console.WriteLine($"{"digits, and mixed with noise",-28} {stillClean,12:0.000} {after,12:0.000}");
Console.WriteLine("The first took pixels that are nearly always 0 for telling; noise is all over them.");

// Is it an 8? Of every twelve 8s, training has kept one.
Console.WriteLine();
Digit[] eights = [.. training.Where(digit => digit.Label == 8)];
HashSet<Digit> left = [.. eights.Where((_, i) => i % 12 != 0)];
IDataView rare = Marked(training.Where(digit => !left.Contains(digit))), all = Marked(test), rareDev = Marked(dev);
IDataView balanced = ml.Data.OversampleMinority(rare, "IsEight", seed: seed);
Console.WriteLine($"Is it an 8? {eights.Length - left.Count} of {training.Count - left.Count} digits to learn from are:");
(double recallBefore, _) = Score("as they are", rare);
(double recallAfter, double precisionAfter) = Score("with synthetic 8s", balanced);

return after > before + 0.05 && stillClean > 0.94 && recallAfter > recallBefore && precisionAfter > 0.85 ? 0 : 1;

EstimatorChain<NeuralNetworkMulticlassTransformer> Digits() => ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.NormalizeInputs("Features"))
    .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(
        new NeuralNetworkMulticlassTrainer.Options { Preset = NetworkPreset.Classic, MaximumEpochs = 40, Seed = seed }));

double Accuracy(ITransformer model, IDataView data) => ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy;

IDataView Marked(IEnumerable<Digit> digits) =>
    ml.Transforms.Expression("IsEight", "label => label == 8", "Label").Fit(train).Transform(ml.Data.LoadFromEnumerable(digits.ToArray()));

(double Recall, double Precision) Score(string name, IDataView data)
{
    ITransformer model = ml.Transforms.NormalizeInputs("Features")
        .Append(ml.BinaryClassification.Trainers.NeuralNetwork(
            new NeuralNetworkBinaryTrainer.Options
            {
                LabelColumnName = "IsEight",
                Preset = NetworkPreset.Classic,
                MaximumEpochs = 40,
                Seed = seed,
            }))
        .Fit(data, rareDev);
    BinaryClassificationMetrics metrics = ml.BinaryClassification.EvaluateNonCalibrated(model.Transform(all), "IsEight");
    Console.WriteLine($"  {name,-20} recall {metrics.PositiveRecall:0.000}, precision {metrics.PositivePrecision:0.000}");
    return (metrics.PositiveRecall, metrics.PositivePrecision);
}
