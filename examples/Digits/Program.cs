// Trains a neural network inside an ML.NET pipeline on handwritten digits, saves it, and has a second process load it and
// predict the same.
//
//   dotnet run -c Release --project examples/Digits                  one run
//   dotnet run -c Release --project examples/Digits -- --seeds 5     five, and the median accuracy

using System.CommandLine;
using Digits;

var seed = new Option<int>("--seed") { Description = "What split and training are drawn from.", DefaultValueFactory = _ => 1 };
var seeds = new Option<int>("--seeds") { Description = "How many runs, each with the next seed.", DefaultValueFactory = _ => 1 };
var model = new Option<string>("--model") { Description = "Where the trained model is written.", DefaultValueFactory = _ => "model.zip" };
seeds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() < 1)
        result.AddError("--seeds must be at least 1.");
});

model.Validators.Add(result =>
{
    // Before the work, not after it.
    string folder = Path.GetDirectoryName(Path.GetFullPath(result.GetValueOrDefault<string>()))!;
    if (!Directory.Exists(folder))
        result.AddError($"--model must be in a folder that exists, but {folder} does not; make it first.");
});

var train = new RootCommand("A neural network in an ML.NET pipeline, trained on 1,797 handwritten digits.") { seed, seeds, model };
train.SetAction(arguments => Training.Run(arguments.GetValue(seed), arguments.GetValue(seeds), arguments.GetValue(model)!));

// Not for people: the second process of a training run.
var modelFile = new Argument<string>("model");
var predictionsFile = new Argument<string>("predictions");
var verify = new Command("verify", "Loads a model and compares its predictions with those in a file.") { modelFile, predictionsFile, seed };
verify.Hidden = true;
verify.SetAction(arguments => Verification.Run(arguments.GetValue(modelFile)!, arguments.GetValue(predictionsFile)!, arguments.GetValue(seed)));
train.Subcommands.Add(verify);

return train.Parse(args).Invoke();
