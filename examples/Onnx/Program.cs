using System.Globalization;
using Digits;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

// Trains on digits in a pipeline, writes the whole pipeline as ONNX, and has ONNX Runtime, which knows nothing of ML.NET, read them too.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int seed = 1;
const string file = "digits.onnx";
var ml = new MLContext(seed);
(IReadOnlyList<Digit> training, IReadOnlyList<Digit> test) = DigitData.Split(DigitData.Load(), seed);
IDataView train = ml.Data.LoadFromEnumerable(training);
IDataView other = ml.Data.LoadFromEnumerable(test);

ITransformer model = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.NormalizeInputs("Features"))
    .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(maximumEpochs: 20))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
    .Fit(train);

using (FileStream stream = File.Create(file))
    ml.Model.ExportOnnx(model, train.Schema, stream, "PredictedLabel", "Score");
Console.WriteLine($"{file}: {new FileInfo(file).Length:N0} bytes, from pixels to the digit");

using var session = new InferenceSession(file);
var pixels = new DenseTensor<float>(test.SelectMany(digit => digit.Pixels).ToArray(), [test.Count, 64]);
using var results = session.Run([NamedOnnxValue.CreateFromTensor("Features", pixels)]);
int[] digits = [.. results.Single(result => result.Name == "PredictedLabel.output").AsTensor<int>()];
float[] scores = [.. results.Single(result => result.Name == "Score.output").AsTensor<float>()];

IDataView scored = model.Transform(other);
int[] expected = [.. scored.GetColumn<int>("PredictedLabel")];
float[] expectedScores = [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)];
int same = digits.Zip(expected).Count(pair => pair.First == pair.Second);
float difference = scores.Zip(expectedScores).Max(pair => Math.Abs(pair.First - pair.Second));
double right = digits.Zip(test).Average(pair => pair.First == pair.Second.Label ? 1.0 : 0.0);
Console.WriteLine($"ONNX Runtime classifies {right:P1} of {test.Count} other digits correctly;");
Console.WriteLine($"{same} of its answers are those of ML.NET, and no probability differs by more than {difference:0.0e+0}.");
File.Delete(file);
return same == test.Count && difference < 1e-5f ? 0 : 1;
