using System.Globalization;
using Digits;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Trainers;
using static Microsoft.ML.Transforms.ValueToKeyMappingEstimator;

// Which pixels speak for the digit that a network sees, and which against it.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int seed = 1;
const int pictured = 7; // of the test's digits
var ml = new MLContext(seed);
(IReadOnlyList<Digit> training, IReadOnlyList<Digit> test) = DigitData.Split(DigitData.Load(), seed);
TransformerChain<NeuralNetworkMulticlassTransformer> model = ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: KeyOrdinality.ByValue)
    .Append(ml.Transforms.NormalizeInputs("Features"))
    .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(
        new NeuralNetworkMulticlassTrainer.Options { Preset = NetworkPreset.Classic, MaximumEpochs = 20 }))
    .Fit(ml.Data.LoadFromEnumerable(training));

IDataView scored = model.Transform(ml.Data.LoadFromEnumerable(test));
IDataView explained = ml.Transforms.CalculateFeatureContribution(model.LastTransformer, new IntegratedGradients(200))
    .Fit(scored).Transform(scored);
float[][] contributions = [.. explained.GetColumn<float[]>("FeatureContributions")];
float[][] scores = [.. explained.GetColumn<float[]>("Score")];
int[] predicted = [.. explained.GetColumn<uint>("PredictedLabel").Select(key => (int)key - 1)];

WritePicture(test[pictured].Pixels, contributions[pictured], predicted[pictured]);

// Contributions are shares of a whole: they add up to what the logit has more than that of the average picture.
var predictor = new Predictor(model.LastTransformer.Model.ToNetwork(), new SoftmaxCrossEntropy(), givesLogits: true);
float[][] features = [.. explained.GetColumn<float[]>("Features")]; // normalized: the average picture is all zeros
float[] average = Logits(new float[64]);
double largestError = 0;
for (int row = 0; row < test.Count; row++)
{
    double more = Logits(features[row])[predicted[row]] - average[predicted[row]];
    largestError = Math.Max(largestError, Math.Abs(contributions[row].Sum() - more));
}

double logit = Logits(features[pictured])[predicted[pictured]], averageLogit = average[predicted[pictured]];
Console.WriteLine(
    $"The logit of {predicted[pictured]} is {logit:0.00}, of the average picture {averageLogit:0.00}: {logit - averageLogit:0.00} more. "
    + $"Its pixels contribute {contributions[pictured].Sum():0.00}.");
Console.WriteLine($"Of {test.Count} digits, no sum is further from its difference than {largestError:0.0e+0}.");
return largestError < 0.05 ? 0 : 1;

float[] Logits(float[] row)
{
    var logits = new float[predictor.Outputs];
    predictor.Predict(row, 1, logits, predictor.CreateBuffer(1));
    return logits;
}

// The picture on the left; on the right + where a pixel speaks for the digit, - where it speaks against it, twice where it does strongly.
static void WritePicture(float[] pixels, float[] contributions, int digit)
{
    Console.WriteLine($"A digit, and which pixels say that it is a {digit}:");
    double largest = contributions.Max(Math.Abs);
    for (int row = 0; row < 8; row++)
    {
        Range line = (8 * row)..(8 * row + 8);
        Console.WriteLine(
            $"  {string.Concat(pixels[line].Select(pixel => pixel > 10 ? "##" : pixel > 4 ? "::" : "  "))}  "
            + $"  {string.Concat(contributions[line].Select(value => Sign(value / largest)))}");
    }
}

static string Sign(double share) => share switch
{
    > 0.4 => "++",
    > 0.1 => "+ ",
    < -0.4 => "--",
    < -0.1 => "- ",
    _ => ". ",
};
