using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MLNet.DeepExt.Trainers;

// Trains on rows that are made while they are read, and prints the most memory, in bytes, that the process ever had.
if (args.Length != 4)
{
    Console.Error.WriteLine(
        "Usage: MLNet.DeepExt.Tests.MemoryProbe <Auto|InMemory|Streaming> <MiB above which Auto streams> <rows> <epochs>");
    return 1;
}

int rows = int.Parse(args[2], CultureInfo.InvariantCulture);
var context = new MLContext(seed: 1);
IDataView data = context.Data.LoadFromEnumerable(GeneratedRow.Generate(rows));
context.MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
{
    HiddenUnits = [8],
    MaximumEpochs = int.Parse(args[3], CultureInfo.InvariantCulture),
    DataMode = Enum.Parse<DataMode>(args[0]),
    InMemoryLimit = long.Parse(args[1], CultureInfo.InvariantCulture) << 20,
    ShuffleBufferMegabytes = 8,
    Preset = NetworkPreset.Fast, // half the steps
}).Fit(data);
Console.WriteLine(Process.GetCurrentProcess().PeakWorkingSet64.ToString(CultureInfo.InvariantCulture));
return 0;
