using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>
/// The options of the networks: one set for all tables, one for the images. They were chosen with --validate, by parts of the training data
/// that were held out, and never by the test data.
/// </summary>
internal static class NetworkOptions
{
    /// <summary>Sets them; all else is what a trainer has by itself.</summary>
    /// <typeparam name="TOptions">The options of a trainer.</typeparam>
    /// <param name="options">New options.</param>
    /// <param name="ofImages">Whether the features are pixels.</param>
    /// <param name="seed">The seed of training.</param>
    /// <returns>The same options.</returns>
    public static TOptions Set<TOptions>(TOptions options, bool ofImages, int seed)
        where TOptions : NeuralNetworkOptions
    {
        options.Seed = seed;
        options.LearningRate = 0.005;
        options.Schedule = new OneCycle();
        if (ofImages)
            SetForImages(options);
        else
            SetForTables(options);
        return options;
    }

    // How long a table can be learned from without overfitting differs by a factor of ten from one to the other: a part of the rows has to
    // say it, and the average of the weights lets it say so while the rate is still high.
    private static void SetForTables(NeuralNetworkOptions options)
    {
        options.KeepProbability = 0.9f;
        options.MaximumEpochs = 60;
        options.WeightAveraging = 0.999;
    }

    // Images are learned from on all rows, to the end of the schedule.
    private static void SetForImages(NeuralNetworkOptions options)
    {
        options.KeepProbability = 0.8f;
        options.MaximumEpochs = 20;
        options.ValidationFraction = 0;
    }
}
