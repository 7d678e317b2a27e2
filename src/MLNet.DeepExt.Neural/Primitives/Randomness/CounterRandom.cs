using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// Random numbers as a function of (key, counter): number i is computed without numbers 0 to i - 1, so that any worker
/// can draw any of them and a restart continues exactly.
/// </summary>
/// <remarks>
/// Number i is the SplitMix64 output i for the seed: mix(key + (i + 1)·γ), G. L. Steele, D. Lea, C. H. Flood,
/// "Fast splittable pseudorandom number generators", 2014.
/// </remarks>
/// <param name="key">What the numbers are a function of, such as a seed.</param>
public readonly struct CounterRandom(ulong key)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>What the numbers are a function of.</summary>
    public ulong Key { get; } = key;

    /// <summary>A generator whose numbers have nothing to do with this one's or with another name's.</summary>
    /// <param name="name">Tells it from others.</param>
    public CounterRandom Derive(ulong name) => new(Mix(Key ^ Mix(name + GoldenGamma)));

    /// <summary>Number <paramref name="counter"/>, 64 random bits.</summary>
    /// <param name="counter">Which number.</param>
    public ulong Bits(ulong counter) => Mix(Key + (counter + 1) * GoldenGamma);

    /// <summary>Uniform in [0, 1), with 53 random bits.</summary>
    /// <param name="counter">Which number.</param>
    public double Uniform(ulong counter) => (Bits(counter) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Normal with mean 0 and variance 1, by Box and Muller from numbers 2·counter and 2·counter + 1.</summary>
    /// <param name="counter">Which number.</param>
    public double Normal(ulong counter)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(2 * counter)));
        return radius * Math.Cos(2 * Math.PI * Uniform(2 * counter + 1));
    }

    /// <summary>Uniform in [0, <paramref name="bound"/>), without bias beyond 2⁻³².</summary>
    /// <param name="bound">At least 1.</param>
    /// <param name="counter">Which number.</param>
    public int Below(int bound, ulong counter) => (int)Math.BigMul(Bits(counter), (ulong)bound, out _);

    /// <summary>Puts the items into an order that is uniform among all orders (Fisher and Yates).</summary>
    /// <param name="items">What is shuffled, in place.</param>
    /// <remarks>From the first place to the last, so that a caller can draw only the next few.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Shuffle<T>(Span<T> items)
    {
        for (int place = 0; place < items.Length - 1; place++)
        {
            int other = place + Below(items.Length - place, (ulong)place);
            (items[place], items[other]) = (items[other], items[place]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
