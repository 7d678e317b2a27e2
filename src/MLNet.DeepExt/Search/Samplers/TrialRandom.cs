using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Search;

/// <summary>
/// The random numbers of a trial: for each parameter its own, by its name, so that other parameters do not change them.
/// </summary>
/// <param name="seed">The seed of the search.</param>
/// <param name="number">The number of the trial.</param>
internal readonly struct TrialRandom(int seed, int number)
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    private readonly CounterRandom _random = new CounterRandom((ulong)seed).Derive((ulong)number);

    /// <summary>The numbers for a parameter.</summary>
    /// <param name="name">Its name.</param>
    public CounterRandom For(string name) => _random.Derive(Hash(name));

    // FNV-1a over the characters: string.GetHashCode is another number in every process.
    private static ulong Hash(string name)
    {
        ulong hash = FnvOffset;
        foreach (char character in name)
            hash = (hash ^ character) * FnvPrime;
        return hash;
    }
}
