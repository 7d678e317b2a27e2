using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>
/// The options of the networks: those that the trainers have by themselves for all tables, and one other set for the images. They were
/// chosen with --validate, never by the test data.
/// </summary>
internal static class NetworkOptions
{
    public static NeuralNetworkMulticlassTrainer.Options Multiclass(bool ofImages, int seed)
    {
        var options = new NeuralNetworkMulticlassTrainer.Options { Seed = seed };
        if (!ofImages)
            return options;
        options.KeepProbability = 0.8f;
        options.MaximumEpochs = 20;
        return options;
    }
}
