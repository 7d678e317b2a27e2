namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Accumulates the average of the values of classes.</summary>
/// <param name="averaging">The kind of average: <see cref="Averaging.Weighted"/>, <see cref="Averaging.Worst"/>, otherwise the mean.</param>
internal struct ClassAverage(Averaging averaging)
{
    private readonly Averaging _averaging = averaging;
    private double _sum;     // for Worst, the lowest value
    private double _weights;
    private bool _any;

    /// <summary>The average of the classes so far; NaN without any.</summary>
    public readonly double Value => !_any ? double.NaN
        : _averaging == Averaging.Worst ? _sum
        // Labels without positive rows have weight 0.
        : _weights == 0 ? 0
        : _sum / _weights;

    /// <summary>Adds a class.</summary>
    /// <param name="figure">Its value; NaN excludes the class.</param>
    /// <param name="support">The weight of the rows of the class.</param>
    public void Add(double figure, double support)
    {
        if (double.IsNaN(figure) || (_averaging == Averaging.Worst && !(support > 0)))
            return;
        if (_averaging == Averaging.Worst)
        {
            _sum = _any ? Math.Min(_sum, figure) : figure;
        }
        else
        {
            double weight = _averaging == Averaging.Weighted ? support : 1;
            _sum += weight * figure;
            _weights += weight;
        }

        _any = true;
    }
}
