// Measures the engine. Figures are medians of runs that take turns, because machines are noisy.
//
//   dotnet run -c Release --project tests/MLNet.DeepExt.Benchmarks -- kernels     the matrix products, one thread
//   dotnet run -c Release --project tests/MLNet.DeepExt.Benchmarks -- epochs      whole epochs of three networks
//   dotnet run -c Release --project tests/MLNet.DeepExt.Benchmarks -- augmentation   epochs with augmented pictures beside plain ones
//   dotnet run -c Release --project tests/MLNet.DeepExt.Benchmarks -- sparse      rows that are mostly zeros: products, embeddings, training, memory
//   dotnet run -c Release --project tests/MLNet.DeepExt.Benchmarks -- tables      tables of many columns: loading, TabularFeatures
//   dotnet run -c Release --project tests/MLNet.DeepExt.Benchmarks -- compare     beside TorchSharp, ONNX Runtime and MKL
//   dotnet run -c Release --project tests/MLNet.DeepExt.Benchmarks -- pictures    what augmentation is worth on pictures
//   dotnet run -c Release --project tests/MLNet.DeepExt.Benchmarks -- search      how soon ways to search find good hyper-parameters
//   dotnet run -c Release --project tests/MLNet.DeepExt.Benchmarks -- quality     what networks learn of real data, beside LightGBM
//   dotnet run -c Release --project tests/MLNet.DeepExt.Benchmarks -- growth      processor time and memory of work of 1, 10 and 100 times a size

using System.CommandLine;
using MLNet.DeepExt.Benchmarks;
using MLNet.DeepExt.Benchmarks.Compare;
using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Growth;
using MLNet.DeepExt.Benchmarks.Quality;
using MLNet.DeepExt.Benchmarks.Searching;
using MLNet.DeepExt.Benchmarks.Sparse;

Option<int> rounds = RoundsOption.Create("Runs of each figure.", usual: 9);

var kernels = new Command("kernels", "Matrix products of training, in GFLOP/s and as a share of the measured peak of one core.") { rounds };
kernels.SetAction(arguments => KernelBenchmark.Run(arguments.GetValue(rounds)));

var epochs = new Command("epochs", "Seconds an epoch of training takes, with 1 thread and with 2.") { rounds };
epochs.SetAction(arguments => EpochBenchmark.Run(arguments.GetValue(rounds)));

var augmentation = new Command("augmentation", "Seconds an epoch of training on pictures takes, with augmentation and without.") { rounds };
augmentation.SetAction(arguments => AugmentationBenchmark.Run(arguments.GetValue(rounds)));

var rows = new Option<int>("--rows")
{
    Description = "Rows to train on, of 50 features that are not 0 each.",
    DefaultValueFactory = _ => 100_000,
};
var features = new Option<int>("--features") { Description = "Features of a row.", DefaultValueFactory = _ => 100_000 };
var threads = new Option<int>("--threads") { Description = "Threads to train with.", DefaultValueFactory = _ => 1 };
var sparse = new Command(
    "sparse", "Rows that are mostly zeros: products beside the dense ones, steps of embeddings, then seconds and memory of training.")
{
    rounds, rows, features, threads,
};
sparse.SetAction(arguments =>
{
    SparseProductBenchmark.Run();
    EmbeddingBenchmark.Run(arguments.GetValue(rounds), arguments.GetValue(threads));
    SparseTrainingBenchmark.Run(arguments.GetValue(rows), arguments.GetValue(features), arguments.GetValue(threads));
});

var tables = new Command(
    "tables", "TabularFeatures beside Concatenate and NormalizeInputs, LoadTable beside the text loader, by columns.") { rounds };
tables.SetAction(arguments => TableBenchmark.Run(arguments.GetValue(rounds)));

Command contend = ContendCommand.Create(EngineContender.Create(), MlNetContender.Create());
Command[] commands =
[
    kernels, epochs, augmentation, sparse, tables, CompareCommand.Create(), QualityCommand.Create(), PictureCommand.Create(),
    SearchCommand.Create(), GrowthCommand.Create(), contend,
];
var root = new RootCommand("Benchmarks of MLNet.DeepExt.");
foreach (Command command in commands)
    root.Add(command);
return root.Parse(args).Invoke();
