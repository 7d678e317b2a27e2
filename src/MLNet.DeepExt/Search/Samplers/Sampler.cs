using System.Text;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>How a search comes to the parameters of its next trial. Immutable.</summary>
/// <remarks>
/// A sampler remembers nothing: what it suggests is a function of the space, the seed, the number of the trial and the trials that have
/// ended, so that a search that was interrupted goes on as it would have.
/// </remarks>
public abstract record Sampler
{
    private protected Sampler()
    {
    }

    /// <summary>Its kind and all its settings, the same in every culture.</summary>
    public sealed override string ToString() => ValueText.Invariant(() =>
    {
        var settings = new StringBuilder();
        return PrintMembers(settings) ? $"{GetType().Name} {{ {settings} }}" : $"{GetType().Name} {{ }}";
    });

    /// <summary>Whether it learns from trials that have ended.</summary>
    internal abstract bool Learns { get; }

    /// <summary>The parameters of a trial; null: there are none left to try.</summary>
    /// <param name="space">Where the parameters are from; without faults, and no longer changed.</param>
    /// <param name="seed">What chance is drawn from.</param>
    /// <param name="number">The number of the trial, from 0.</param>
    /// <param name="bestFirst">The trials that have ended and are to be learned from, the best one first.</param>
    internal abstract TrialParameters? Suggest(SearchSpace space, int seed, int number, IReadOnlyList<FinishedTrial> bestFirst);

    /// <summary>The first thing that is wrong with the settings or with the space, with its remedy; null if nothing is.</summary>
    /// <param name="space">Where the parameters are from; without faults of its own.</param>
    internal abstract OptionFault? FindFault(SearchSpace space);
}
