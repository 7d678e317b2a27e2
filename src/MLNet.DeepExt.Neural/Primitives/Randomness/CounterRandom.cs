using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// Random numbers as a function of (key, counter): number i is computed without numbers 0 to i - 1, so any worker
/// can draw any of them, and a resumed training continues with the same numbers.
/// </summary>
/// <remarks>
/// Number i is the SplitMix64 output i for the seed: mix(key + (i + 1)·γ), G. L. Steele, D. Lea, C. H. Flood,
/// "Fast splittable pseudorandom number generators", 2014.
/// </remarks>
/// <param name="key">The key of the numbers, such as a seed.</param>
public readonly struct CounterRandom(ulong key)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>The key of the numbers.</summary>
    public ulong Key { get; } = key;

    /// <summary>Derives a generator whose numbers are independent of those of this one and of other names.</summary>
    /// <param name="name">The name of the derived generator.</param>
    public CounterRandom Derive(ulong name) => new(Mix(Key ^ Mix(name + GoldenGamma)));

    /// <summary>Returns number <paramref name="counter"/>: 64 random bits.</summary>
    /// <param name="counter">The index of the number.</param>
    public ulong Bits(ulong counter) => Mix(Key + (counter + 1) * GoldenGamma);

    /// <summary>Returns a number uniform in [0, 1), with 53 random bits.</summary>
    /// <param name="counter">The index of the number.</param>
    public double Uniform(ulong counter) => (Bits(counter) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Returns a normally distributed number with mean 0 and variance 1, by the Box-Muller method from numbers 2·counter and 2·counter +
    /// 1.</summary>
    /// <param name="counter">The index of the number.</param>
    public double Normal(ulong counter)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(2 * counter)));
        return radius * Math.Cos(2 * Math.PI * Uniform(2 * counter + 1));
    }

    /// <summary>Returns a number uniform in [0, <paramref name="bound"/>), without bias beyond 2⁻³².</summary>
    /// <param name="bound">At least 1.</param>
    /// <param name="counter">The index of the number.</param>
    public int Below(int bound, ulong counter) => (int)Math.BigMul(Bits(counter), (ulong)bound, out _);

    /// <summary>Shuffles items with the Fisher-Yates algorithm.</summary>
    /// <param name="items">The items, shuffled in place.</param>
    /// <remarks>It proceeds from the first position to the last, so a caller can draw only the next few.</remarks>
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
