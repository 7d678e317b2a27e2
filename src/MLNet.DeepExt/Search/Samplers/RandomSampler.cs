using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>
/// Every trial is drawn independently from the scales of the ranges, whatever the others gave.
/// </summary>
/// <remarks>
/// n trials try n values of every parameter, where a grid of n points tries few; and often few parameters matter, no one knows which.
/// J. Bergstra, Y. Bengio, "Random search for hyper-parameter optimization", 2012.
/// </remarks>
public sealed record RandomSampler : Sampler
{
    internal override bool Learns => false;

    internal override TrialParameters Suggest(SearchSpace space, int seed, int number, IReadOnlyList<FinishedTrial> bestFirst)
    {
        var random = new TrialRandom(seed, number);
        return space.At((name, _) => random.For(name).Uniform(0));
    }

    internal override OptionFault? FindFault(SearchSpace space) => null;
}
