namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>What was learned of one column of the rows of an <see cref="InputStatistics"/>.</summary>
/// <remarks>
/// What is not finite, NaN or infinite, is left out. An encoder behind others that map the column by an increasing function, such as
/// <c>RobustScale</c>, gets what was learned of the values of that function: its quantiles are the function of the column's.
/// </remarks>
public sealed class ColumnStatistics
{
    private readonly QuantileSketch? _sketch;
    private readonly ColumnStatistics? _source; // of the column itself; null: this one
    private readonly ColumnFunction[] _functions = []; // of its numbers, one after the other
    private Moments _moments;

    /// <param name="sketch">Null where no quantiles are wanted.</param>
    internal ColumnStatistics(QuantileSketch? sketch) => _sketch = sketch;

    private ColumnStatistics(ColumnStatistics source, ColumnFunction[] functions) => (_source, _functions) = (source, functions);

    /// <summary>How many finite numbers the column had.</summary>
    public long Count => Source._moments.Count;

    /// <summary>μ, their mean; 0 without any.</summary>
    /// <exception cref="InvalidOperationException">An encoder before this one bends the column, so that its mean is not known.</exception>
    public double Mean
    {
        get
        {
            RequireLinear();
            return Count == 0 ? 0 : Of(Source._moments.Mean);
        }
    }

    /// <summary>σ² = 1/m · Σ (x - μ)² of m numbers; 0 without any.</summary>
    /// <exception cref="InvalidOperationException">An encoder before this one bends the column, so that its variance is not known.</exception>
    public double Variance
    {
        get
        {
            RequireLinear();
            return _functions.Aggregate(Source._moments.Variance, (variance, function) => variance * function.Factor * function.Factor);
        }
    }

    private ColumnStatistics Source => _source ?? this;

    private QuantileSketch Sketch => Source._sketch ?? throw new InvalidOperationException(
        "Only mean and variance of this column were collected; an encoder that uses quantiles must have NeedsQuantiles.");

    /// <inheritdoc cref="QuantileSketch.Quantiles(int)"/>
    /// <exception cref="InvalidOperationException">Only mean and variance of this column were collected.</exception>
    public double[] Quantiles(int points) => Sketch.Quantiles(points, Of);

    /// <inheritdoc cref="QuantileSketch.Values"/>
    /// <exception cref="InvalidOperationException">Only mean and variance of this column were collected.</exception>
    public IReadOnlyList<ValueCount> Values() => Use(values => values.ToArray());

    /// <summary>Reads <see cref="Values"/> where they stand, which are there until it returns: copies of many columns are much memory.</summary>
    internal TResult Use<TResult>(Func<ArraySegment<ValueCount>, TResult> read) => Sketch.UseDistinct(Of, read);

    /// <summary>What was learned of the values of increasing functions, of which each reads what the one before it gives.</summary>
    internal ColumnStatistics Through(IReadOnlyList<ColumnFunction> functions) =>
        functions.Count == 0 ? this : new ColumnStatistics(Source, [.. _functions, .. functions]);

    internal void Add(float value)
    {
        if (!float.IsFinite(value))
            return;
        _moments.Add(value);
        _sketch?.Add(value);
    }

    private double Of(double value)
    {
        foreach (ColumnFunction function in _functions)
            value = function.Of(value);
        return value;
    }

    private void RequireLinear()
    {
        if (_functions.Any(function => function.HasSmoothClip))
        {
            throw new InvalidOperationException(
                "Mean and variance are not known of a column that an encoder before bends; put the encoder that needs them before that one.");
        }
    }
}
