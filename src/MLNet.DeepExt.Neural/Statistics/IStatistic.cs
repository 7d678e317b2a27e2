namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>A statistic of numbers that is computed in one pass, in bounded memory. Implemented by <see cref="Moments"/> and
/// <see cref="QuantileSketch"/>.</summary>
public interface IStatistic
{
    /// <summary>The number of added numbers, including zeros.</summary>
    long Count { get; }

    /// <summary>Adds a number.</summary>
    /// <param name="value">The number, which must be finite.</param>
    void Add(float value);

    /// <summary>Adds zeros, such as the omitted zeros of sparse rows.</summary>
    /// <param name="count">The number of zeros, at least 0.</param>
    void AddZeros(long count);
}
