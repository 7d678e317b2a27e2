namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>The statistics of one column of the rows of an <see cref="InputStatistics"/>.</summary>
/// <remarks>
/// NaN and infinite values are ignored. An encoder behind others that map the column by an increasing function, such as
/// <c>RobustScale</c>, gets the statistics of the mapped values: their quantiles are the mapped quantiles of the column.
/// </remarks>
public sealed class ColumnStatistics
{
    private readonly QuantileSketch? _sketch;
    private readonly ColumnStatistics? _source; // of the column itself; null: this one
    private readonly ColumnFunction[] _functions = []; // of its numbers, one after the other
    private readonly TargetSample? _sample;
    private readonly int _place; // of the column in the sample
    private Moments _moments;

    /// <param name="sketch">The quantile sketch; null if no quantiles are needed.</param>
    /// <param name="sample">Rows with their targets; null if no target-aware bins are needed.</param>
    /// <param name="place">The index of the column in the sample.</param>
    internal ColumnStatistics(QuantileSketch? sketch, TargetSample? sample = null, int place = 0) =>
        (_sketch, _sample, _place) = (sketch, sample, place);

    private ColumnStatistics(ColumnStatistics source, ColumnFunction[] functions) => (_source, _functions) = (source, functions);

    /// <summary>The number of finite values of the column.</summary>
    public long Count => Source._moments.Count;

    /// <summary>μ, the mean; 0 without values.</summary>
    /// <exception cref="InvalidOperationException">An encoder before this one maps the column by a nonlinear function, so its mean is not
    /// available.</exception>
    public double Mean
    {
        get
        {
            RequireLinear();
            return Count == 0 ? 0 : Of(Source._moments.Mean);
        }
    }

    /// <summary>σ² = 1/m · Σ (x - μ)² of m values; 0 without values.</summary>
    /// <exception cref="InvalidOperationException">An encoder before this one maps the column by a nonlinear function, so its variance is not
    /// available.</exception>
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

    /// <summary>
    /// Returns the thresholds at which a decision tree on this column alone splits the rows by their targets. The leaf that is split next is the
    /// one whose best split decreases the Gini impurity of the classes most, or the variance of the standardized numbers.
    /// </summary>
    /// <remarks>
    /// It equals scikit-learn's <c>DecisionTreeClassifier</c> or <c>DecisionTreeRegressor</c> with <c>max_leaf_nodes</c> and <c>min_samples_leaf</c>.
    /// </remarks>
    /// <param name="leaves">The maximum number of leaves, at least 1: one more than thresholds.</param>
    /// <param name="leastRows">The minimum number of rows of a leaf, at least 1.</param>
    /// <returns>Ascending, each half-way between two values of the column; empty if no split decreases it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="InvalidOperationException">No targets were collected.</exception>
    public double[] TargetThresholds(int leaves, int leastRows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leaves, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(leastRows, 1);
        if (Source._sample is not { Count: > 0 } sample)
            throw new InvalidOperationException("No targets of the rows were collected; add each row with its class or its numbers.");
        (float[] values, int[] rows) = sample.Column(Source._place);
        return Array.ConvertAll(TargetTree.Thresholds(values, rows, sample.Sums(), leaves, leastRows), Of);
    }

    /// <summary>Passes <see cref="Values"/> to a function without copying them; they are valid until it returns.</summary>
    internal TResult Use<TResult>(Func<ArraySegment<ValueCount>, TResult> read) => Sketch.UseDistinct(Of, read);

    /// <summary>Returns the statistics of the values of a sequence of increasing functions.</summary>
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
