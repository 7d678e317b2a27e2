using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>
/// The options of the networks: for all tables those that a trainer has by itself, and one set for the images. They were chosen with
/// --validate, by parts of the training data that were held out, and never by the test data.
/// </summary>
/// <param name="preset">The preset of tables.</param>
/// <param name="without">Which ingredient of it is left out; null for none.</param>
internal sealed class NetworkOptions(NetworkPreset preset, string? without = null)
{
    private static readonly Dictionary<string, Action<NeuralNetworkOptions>> Ingredients = new()
    {
        ["embedding"] = options => options.NumberEmbedding = null,
        ["scaling"] = options => options.NumberScaling = null,
        ["factors"] = options => options.LearnedScaling = false,
        ["neural-tangent"] = options => options.NeuralTangent = false,
        ["activation"] = options => options.Activation = new Relu(),
        ["dropout"] = options => options.KeepProbability = 1,
        ["decay"] = options => options.Optimizer = new Adam(0.04) { Beta2 = 0.95 },
        ["cycles"] = options => options.Schedule = new OneCycle(),
        ["average"] = options => options.WeightAveraging = 0,
        ["rate"] = options => options.LearningRate = NeuralNetworkOptions.DefaultLearningRate,
    };

    /// <summary>What can be left out: there is nothing in its place, or what Classic has.</summary>
    public static IReadOnlyCollection<string> IngredientNames => Ingredients.Keys;

    /// <summary>The preset of tables, and what it is without.</summary>
    public string Name => without is null ? $"{preset}" : $"{preset} without {without}";

    /// <summary>Sets them; all else is what a trainer has by itself.</summary>
    /// <typeparam name="TOptions">The options of a trainer.</typeparam>
    /// <param name="options">New options.</param>
    /// <param name="ofImages">Whether the features are pixels.</param>
    /// <param name="seed">The seed of training.</param>
    /// <returns>The same options.</returns>
    public TOptions Set<TOptions>(TOptions options, bool ofImages, int seed)
        where TOptions : NeuralNetworkOptions
    {
        options.Seed = seed;
        options.Preset = preset;
        if (ofImages)
            SetForImages(options);
        else if (without is not null)
            Ingredients[without](options);
        return options;
    }

    // Images are learned from on all rows, to the end of the schedule.
    private static void SetForImages(NeuralNetworkOptions options)
    {
        options.KeepProbability = 0.8f;
        options.MaximumEpochs = 20;
        options.ValidationFraction = 0;
        options.WeightAveraging = 0;
    }
}
