using Microsoft.ML;

namespace MLNet.DeepExt.Benchmarks.Quality.Tasks;

/// <summary>What is to be learned: which trainers do it, and by which metric they are judged.</summary>
/// <param name="Metric">The name of the metric.</param>
/// <param name="MoreIsBetter">Whether it should be high.</param>
internal abstract record QualityTask(string Metric, bool MoreIsBetter)
{
    /// <summary>Our network.</summary>
    /// <param name="context">The context.</param>
    /// <param name="options">The options that all networks have.</param>
    /// <param name="ofImages">Whether its features are pixels; each of the two kinds has one set of options for all.</param>
    /// <param name="seed">The seed of its training.</param>
    public abstract IEstimator<ITransformer> Network(MLContext context, NetworkOptions options, bool ofImages, int seed);

    /// <summary>LightGBM as ML.NET has it, with its default options.</summary>
    /// <param name="context">The context.</param>
    /// <param name="seed">The seed of its training.</param>
    public abstract IEstimator<ITransformer> LightGbm(MLContext context, int seed);

    /// <summary>FastTree, with its default options; of several classes one against all others.</summary>
    /// <param name="context">The context.</param>
    /// <param name="seed">The seed of its training.</param>
    public abstract IEstimator<ITransformer> FastTree(MLContext context, int seed);

    /// <summary>The metric over rows that a model has scored.</summary>
    public abstract double Evaluate(MLContext context, IDataView scored);

    public bool IsReached(double goal, double value) => MoreIsBetter ? value >= goal : value <= goal;
}
