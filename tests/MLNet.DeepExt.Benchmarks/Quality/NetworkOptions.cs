using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>
/// The options of the networks: for all tables those that a trainer has by itself, and one set for the images. They were chosen with
/// --validate, by parts of the training data that were held out, and never by the test data.
/// </summary>
/// <param name="preset">The preset of tables.</param>
internal sealed class NetworkOptions(NetworkPreset preset)
{
    /// <summary>The preset of tables.</summary>
    public NetworkPreset Preset => preset;

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
