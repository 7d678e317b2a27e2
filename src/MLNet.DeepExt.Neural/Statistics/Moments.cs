using System.Diagnostics.CodeAnalysis;

namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>Mean and variance of numbers, computed in one pass and in double precision.</summary>
/// <remarks>
/// The mean is updated with every number (B. P. Welford, 1962), without differences of large sums. Zeros are added as a
/// group (Chan, Golub and LeVeque, 1979). A new instance has no numbers.
/// </remarks>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "It is a sum, and never compared.")]
public struct Moments : IStatistic
{
    private double _squares; // Σ (x - μ)²

    /// <inheritdoc/>
    public long Count { get; private set; }

    /// <summary>μ, the mean; 0 without numbers.</summary>
    public double Mean { get; private set; }

    /// <summary>σ² = 1/m · Σ (x - μ)² of m numbers; 0 without numbers.</summary>
    public readonly double Variance => Count == 0 ? 0 : _squares / Count;

    /// <inheritdoc/>
    public void Add(float value)
    {
        double difference = value - Mean;
        Mean += difference / ++Count;
        _squares += difference * (value - Mean);
    }

    /// <inheritdoc/>
    public void AddZeros(long count)
    {
        if (count == 0)
            return;
        double all = Count + count;
        _squares += Mean * Mean * (Count * (count / all));
        Mean *= Count / all;
        Count += count;
    }
}
