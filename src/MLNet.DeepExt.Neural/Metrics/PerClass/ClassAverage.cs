namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The average of the figures of classes, which are added one by one.</summary>
/// <param name="averaging">How they are averaged: <see cref="Averaging.Weighted"/>, <see cref="Averaging.Worst"/>, else the mean.</param>
internal struct ClassAverage(Averaging averaging)
{
    private readonly Averaging _averaging = averaging;
    private double _sum;     // of Worst, the lowest figure
    private double _weights;
    private bool _any;

    /// <summary>The average of the classes so far; NaN without any.</summary>
    public readonly double Value => !_any ? double.NaN
        : _averaging == Averaging.Worst ? _sum
        // Figures of labels that are no everywhere weigh nothing.
        : _weights == 0 ? 0
        : _sum / _weights;

    /// <summary>Adds a class.</summary>
    /// <param name="figure">Its figure; NaN leaves it out.</param>
    /// <param name="support">The weight of the rows that are of the class.</param>
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
