namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>What is learned of numbers in one pass, in bounded memory. Implemented by <see cref="Moments"/> and <see cref="QuantileSketch"/>.</summary>
public interface IStatistic
{
    /// <summary>How many numbers were added, zeros included.</summary>
    long Count { get; }

    /// <summary>Adds a number.</summary>
    /// <param name="value">The number, which must be finite.</param>
    void Add(float value);

    /// <summary>Adds zeros, such as those that sparse rows leave out.</summary>
    /// <param name="count">How many, at least 0.</param>
    void AddZeros(long count);
}
