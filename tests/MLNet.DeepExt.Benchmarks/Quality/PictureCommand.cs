using System.CommandLine;
using Microsoft.ML;
using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Benchmarks.Quality.Sets;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>What augmentation is worth: one network learns pictures as they are, or augmented.</summary>
internal static class PictureCommand
{
    private static readonly Dictionary<string, AugmentationRecipe?> Recipes = new()
    {
        ["none"] = null,
        ["flip-shift"] = Augment.Flip().Shift(0.03f),
        ["digits"] = Augment.Zoom(0.85f, 1.15f).Rotate(12).Shear(10).Shift(0.06f).Distort(34, 4.5f),
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "The folder of the sets, as for quality.",
        Required = true,
    };

    private static readonly Option<string> Set = new("--set")
    {
        Description = "mnist or fashion-mnist.",
        DefaultValueFactory = _ => "mnist",
    };

    private static readonly Option<string> Recipe = new("--recipe")
    {
        Description = $"What is done to the pictures: {string.Join(", ", Recipes.Keys)}.",
        DefaultValueFactory = _ => "digits",
    };

    private static readonly Option<int> Epochs = new("--epochs") { Description = "Passes over the rows.", DefaultValueFactory = _ => 20 };

    private static readonly Option<int[]> Units = new("--units")
    {
        Description = "Units of each hidden layer.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [512, 256],
    };

    private static readonly Option<double> Rate = new("--rate")
    {
        Description = "The peak of the learning rate.",
        DefaultValueFactory = _ => 0.005,
    };

    private static readonly Option<float> Keep = new("--keep")
    {
        Description = "The share of units that dropout keeps.",
        DefaultValueFactory = _ => 0.9f,
    };

    private static readonly Option<int> Batch = new("--batch") { Description = "Rows of a batch.", DefaultValueFactory = _ => 128 };

    private static readonly Option<int[]> Seeds = new("--seeds")
    {
        Description = "The seeds of the trainings, one after another.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [1],
    };

    private static readonly Option<bool> Validate = new("--validate")
    {
        Description = "Judges by a fifth of the training data that is held out, to choose options.",
    };

    public static Command Create()
    {
        Set.AcceptOnlyFromAmong("mnist", "fashion-mnist");
        Recipe.AcceptOnlyFromAmong([.. Recipes.Keys]);
        var command = new Command("pictures", "What augmentation is worth on pictures.")
        {
            Data, Set, Recipe, Epochs, Units, Rate, Keep, Batch, Seeds, Validate,
        };
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult arguments)
    {
        var set = new ImageSet(arguments.GetValue(Set)!, Goal: 0);
        foreach (int seed in arguments.GetValue(Seeds)!)
        {
            var context = new MLContext(seed);
            DataParts parts = set.Load(context, arguments.GetValue(Data)!, SplitKind.Own, arguments.GetValue(Validate) ? seed : null);
            IEstimator<ITransformer> pipeline = set.Preparation(context)
                .Append(context.MulticlassClassification.Trainers.NeuralNetwork(OptionsOf(arguments, seed)));
            ITransformer? model = null;
            double seconds = Timing.SecondsOf(() => model = pipeline.Fit(parts.Training));
            double accuracy = set.Task.Evaluate(context, model!.Transform(parts.Judging));
            string recipe = arguments.GetValue(Recipe)!;
            Medians.WriteLine($"{set.Name}, {recipe}, seed {seed}: accuracy {accuracy:0.0000} after {seconds / 60:0.0} minutes");
        }
    }

    // All rows are learned from, to the end of the cycle.
    private static NeuralNetworkMulticlassTrainer.Options OptionsOf(ParseResult arguments, int seed) => new()
    {
        Seed = seed,
        HiddenUnits = arguments.GetValue(Units)!,
        KeepProbability = arguments.GetValue(Keep),
        LearningRate = arguments.GetValue(Rate),
        BatchSize = arguments.GetValue(Batch),
        MaximumEpochs = arguments.GetValue(Epochs),
        ValidationFraction = 0,
        Augmentation = Recipes[arguments.GetValue(Recipe)!]?.OnImages(28, 28),
    };
}
