namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// Collects, row by row, the weighted mean, the population standard deviation and the range of each target. For rows in memory, use
/// <see cref="TargetScaling.Of"/> and <see cref="TargetRange.Of"/>.
/// </summary>
/// <remarks>
/// Computed in one pass, in double precision, without differences of large sums: D. West, "Updating mean and variance estimates: an improved
/// method", 1979.
/// </remarks>
public sealed class TargetStatistics
{
    private const int MostTargets = 1 << 24; // the sums then need 512 MB

    private readonly double[] _weights; // (targets): Σ w over the rows in which the target is not missing
    private readonly double[] _means;   // (targets)
    private readonly double[] _squares; // (targets): Σ w·(t - mean)²
    private readonly long[] _counts;    // (targets): rows with a weight above 0 in which the target is not missing
    private readonly float[] _lowest;   // (targets)
    private readonly float[] _highest;  // (targets)

    /// <summary>Creates statistics without rows.</summary>
    /// <param name="width">The number of targets of a row, from 1 to 16,777,216.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is out of that range.</exception>
    public TargetStatistics(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MostTargets);
        _weights = new double[width];
        _means = new double[width];
        _squares = new double[width];
        _counts = new long[width];
        _lowest = new float[width];
        _highest = new float[width];
    }

    /// <summary>Computes the statistics of rows in memory.</summary>
    /// <param name="width">The number of targets of a row, at least 1.</param>
    /// <param name="targets">(rows, width), row-major.</param>
    /// <param name="weights">(rows); 1 for every row if omitted.</param>
    internal static TargetStatistics Of(int width, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights)
    {
        var statistics = new TargetStatistics(width);
        int rows = targets.Length / width;
        if (rows * width != targets.Length)
        {
            throw new ArgumentException(
                $"{targets.Length} targets are not a whole number of rows of {width}; give {width} for each row.", nameof(targets));
        }

        if (!weights.IsEmpty && weights.Length != rows)
        {
            throw new ArgumentException(
                $"There are {weights.Length} weights for {rows} rows; give one for each row, or none.", nameof(weights));
        }

        for (int row = 0; row < rows; row++)
            statistics.Add(targets.Slice(row * width, width), weights.IsEmpty ? 1 : weights[row]);
        return statistics;
    }

    /// <summary>Adds a row.</summary>
    /// <param name="targets">(width): finite, NaN if missing.</param>
    /// <param name="weight">At least 0 and finite; a row of weight 0 is ignored.</param>
    /// <exception cref="ArgumentException">
    /// The row has another width, a target is infinite, or the weight is negative or not finite.
    /// </exception>
    public void Add(ReadOnlySpan<float> targets, double weight = 1)
    {
        if (targets.Length != _means.Length)
        {
            throw new ArgumentException(
                $"The row has {targets.Length} targets but there is room for {_means.Length}; give as many in every row.", nameof(targets));
        }

        if (!(weight >= 0 && double.IsFinite(weight)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The weight of a row must be at least 0 and finite but is {weight}; 1 is the usual value."),
                nameof(weight));
        }

        for (int j = 0; weight > 0 && j < targets.Length; j++)
        {
            if (float.IsInfinity(targets[j]))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"A target must be finite, or NaN if it is missing, but is {targets[j]}; remove or correct the row."),
                    nameof(targets));
            }

            if (!float.IsNaN(targets[j]))
                Add(j, targets[j], weight);
        }
    }

    /// <summary>The minimum, over the targets, of the rows with a weight above 0 in which the target is not missing.</summary>
    public long FewestPresent => _counts.Min();

    /// <summary>Returns the means and scales of the rows added so far.</summary>
    /// <returns>The scaling: scale 1 for a target that was always the same, and mean 0 and scale 1 for a target that was always missing.</returns>
    public TargetScaling ToScaling()
    {
        var scales = new double[_means.Length];
        for (int j = 0; j < scales.Length; j++)
        {
            // The mean of equal targets may have a rounding error, so their deviation is not exactly 0.
            double deviation = _lowest[j] == _highest[j] ? 0 : Math.Sqrt(_squares[j] / _weights[j]);
            scales[j] = (float)deviation > 0 ? deviation : 1;
        }

        return new TargetScaling(_means, scales);
    }

    /// <summary>Returns the range of the rows added so far.</summary>
    /// <returns>The range: no limits for a target that was always missing.</returns>
    public TargetRange ToRange() => new(
        [.. _lowest.Select((low, j) => _weights[j] > 0 ? (double)low : float.MinValue)],
        [.. _highest.Select((high, j) => _weights[j] > 0 ? (double)high : float.MaxValue)]);

    private void Add(int j, float value, double weight)
    {
        bool first = _weights[j] == 0;
        _lowest[j] = first ? value : Math.Min(_lowest[j], value);
        _highest[j] = first ? value : Math.Max(_highest[j], value);
        _weights[j] += weight;
        _counts[j]++;
        double error = value - _means[j];
        _means[j] += weight / _weights[j] * error;
        _squares[j] += weight * error * (value - _means[j]);
    }
}
