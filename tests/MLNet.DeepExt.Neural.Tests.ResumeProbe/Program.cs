using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Tests.ResumeProbe;
using MLNet.DeepExt.Neural.Training;

// Trains with a checkpoint, prints a line after every epoch and waits for an answer, and prints a hash of the network in the end. It may be
// killed at any time, and started again.
if (args.Length != 3)
{
    Console.Error.WriteLine("Usage: MLNet.DeepExt.Neural.Tests.ResumeProbe <checkpoint> <epochs> <rows>");
    return 1;
}

const int Width = 20;
int epochs = int.Parse(args[1], CultureInfo.InvariantCulture), rows = int.Parse(args[2], CultureInfo.InvariantCulture);
var random = new Random(1);
float[] features = [.. Enumerable.Range(0, rows * Width).Select(_ => (float)random.NextDouble())];
int[] classes = [.. Enumerable.Range(0, rows).Select(row => features[row * Width] + features[row * Width + 1] > 1 ? 1 : 0)];

var options = new TrainingOptions
{
    BatchSize = 16,
    MaximumEpochs = epochs,
    Patience = epochs,
    WeightAveraging = 0.99,
    Optimizer = new AdamW(0.01),
    Checkpoint = new Checkpoint(args[0]) { Every = TimeSpan.FromMilliseconds(5) },
    Callbacks = [new EpochPrinter()],
};
NetworkSpec spec = NetworkSpec.Input(Width).Dense(32).BatchNorm().Relu().Dropout(0.8f).Dense(2);
TrainingResult result = new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(new LabeledRows(Width, features, classes));

using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
foreach (var slot in result.Network.Parameters.Slots.Concat(result.Network.Parameters.Buffers))
    hash.AppendData(MemoryMarshal.AsBytes<float>(result.Network.Parameters.Read(slot)));
Console.WriteLine($"network {Convert.ToHexString(hash.GetHashAndReset())}");
return 0;
