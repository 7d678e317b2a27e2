// A layer, an activation, a loss, a metric, a gradient transform, a schedule, a penalty and an initializer that are not of the library: checked,
// trained with, saved, loaded, and written as ONNX. Each is one file beside this one; Kinds.cs lets files name them.
//
//   dotnet run -c Release --project examples/Extending

using Extending;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Diagnostics.Conformance;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Onnx;

bool passed = true;
Kinds.Register();
var loss = new LogCosh();

// Do they do what the library relies on?
Show(LayerConformance.Check(new Gate()));
ConformanceReport sine = LayerConformance.Check(new Sine());
Console.WriteLine(sine);
Show(LossConformance.Check(loss, outputs: 1));
Show(MetricConformance.Check(new ShareWithin(0.25), outputs: 1, targetWidth: 1));
Show(GradientTransformConformance.Check(new Sharpened(0.75)));
Show(ScheduleConformance.Check(new Triangle(100)));
Show(RegularizerConformance.Check(new LogPenalty(0.01)));

// y = sin(3·x₀) + x₁², now and then far off.
const int Rows = 600;
var random = new CounterRandom(7);
float[] features = [.. Enumerable.Range(0, 2 * Rows).Select(i => (float)(2 * random.Uniform((ulong)i) - 1))];
float[] targets =
[
    .. Enumerable.Range(0, Rows).Select(row => MathF.Sin(3 * features[2 * row]) + features[2 * row + 1] * features[2 * row + 1]
        + (random.Below(20, 10_000 + (ulong)row) == 0 ? 8 : 0)),
];

NetworkSpec spec = NetworkSpec.Input(2).Then(new Gate()).Then(new Dense(24) { Initializer = new Signs() }).Tanh().Dense(24).Tanh().Dense(1);
Batch<double> few = Few();
GradientCheckReport check = GradientCheck.Run(
    new Network<double>(spec, seed: 1), loss, few, new GradientCheckOptions { Regularizer = new LogPenalty(0.01) });
Require(check.Verdict == "great", $"The gradient of the network is {check.Verdict}: {check.Ratio:0.0e+00}.");

var options = new TrainingOptions
{
    Optimizer = new Chain(new Sharpened(0.75), new Adam(0.01)),
    Schedule = new Triangle(100),
    Regularizer = new LogPenalty(0.01),
    Metrics = [new ShareWithin(0.25), new MeanAbsoluteError()],
    StoppingMetric = new ShareWithin(0.25),
    MaximumEpochs = 150,
    Seed = 1,
};
TrainingResult result = new Trainer(spec, loss, options).Train(new LabeledRows(new DenseRows(2, features), targetWidth: 1, targets));
double share = result.History.Epochs[result.History.BestEpoch - 1].ValidationMetrics["share within 0.25"];
Require(share > 0.85, $"Of the validation rows {share:0 %} are predicted within 0.25.");

using var file = new MemoryStream();
NetworkFile.Save(file, result.Network, loss);
file.Position = 0;
(Network<float> loaded, Loss ofFile) = NetworkFile.Load(file);
Require(
    ofFile.Equals(loss) && Predict(result.Network, loss).AsSpan().SequenceEqual(Predict(loaded, ofFile)),
    $"Loaded, it has the loss {ofFile} and the same predictions.");

using var onnx = new MemoryStream();
new Predictor(loaded, ofFile).ExportOnnx(onnx);
Require(onnx.Length > 0, $"As ONNX it has {onnx.Length} bytes.");

// What gives no operators is refused by name.
try
{
    new Predictor(new Network<float>(NetworkSpec.Input(2).Dense(4).Then(new Sine()).Dense(1)), loss).ExportOnnx(onnx);
    Require(false, "A network with a layer without operators was written as ONNX.");
}
catch (NotSupportedException refusal)
{
    Require(refusal.Message.Contains("Sine", StringComparison.Ordinal), refusal.Message);
}

return passed ? 0 : 1;

Batch<double> Few()
{
    var batch = new Batch<double>(new DenseBlock<double>(20, 2), Target<double>.OfValues(20, 1));
    for (int row = 0; row < 20; row++)
    {
        (batch.Inputs as DenseBlock<double>)!.Row(row)[0] = features[2 * row];
        (batch.Inputs as DenseBlock<double>)!.Row(row)[1] = features[2 * row + 1];
        batch.Target.Values!.Row(row)[0] = targets[row];
    }

    return batch;
}

float[] Predict(Network<float> network, Loss meaning)
{
    var predictor = new Predictor(network, meaning);
    var outputs = new float[Rows];
    predictor.Predict(features, Rows, outputs, predictor.CreateBuffer(Rows));
    return outputs;
}

void Show(ConformanceReport report)
{
    passed &= report.Passed;
    Console.WriteLine(report);
    Console.WriteLine();
}

void Require(bool holds, string sentence)
{
    passed &= holds;
    Console.WriteLine(sentence);
}
