namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>What was learned of one column of the rows of an <see cref="InputStatistics"/>.</summary>
/// <remarks>What is not finite, NaN or infinite, is left out.</remarks>
public sealed class ColumnStatistics
{
    private readonly QuantileSketch? _sketch;
    private Moments _moments;

    /// <param name="sketch">Null where no quantiles are wanted.</param>
    internal ColumnStatistics(QuantileSketch? sketch) => _sketch = sketch;

    /// <summary>How many finite numbers the column had.</summary>
    public long Count => _moments.Count;

    /// <summary>μ, their mean; 0 without any.</summary>
    public double Mean => _moments.Mean;

    /// <summary>σ² = 1/m · Σ (x - μ)² of m numbers; 0 without any.</summary>
    public double Variance => _moments.Variance;

    /// <inheritdoc cref="QuantileSketch.Quantiles"/>
    /// <exception cref="InvalidOperationException">Only mean and variance of this column were collected.</exception>
    public double[] Quantiles(int points) => _sketch is not null
        ? _sketch.Quantiles(points)
        : throw new InvalidOperationException(
            "Only mean and variance of this column were collected; an encoder that uses quantiles must have NeedsQuantiles.");

    internal void Add(float value)
    {
        if (!float.IsFinite(value))
            return;
        _moments.Add(value);
        _sketch?.Add(value);
    }
}
