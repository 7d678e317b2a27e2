namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>A metric of the order of outputs, whose values for classes are computed one by one.</summary>
/// <param name="metric">The metric.</param>
/// <param name="outputs">The number of outputs of a row.</param>
/// <param name="targets">The number of labels of a row; 0 for class targets.</param>
internal sealed class RankedMetric(PerClassMetric metric, int outputs, int targets)
{
    /// <summary>The single measured class; null for all.</summary>
    public int? Only { get; } = metric.OnlyOf(outputs, targets);

    /// <summary>The value of one class.</summary>
    public Func<Ranking, double> Figure { get; } = metric.OfRanking!;

    /// <summary>Creates the average without classes.</summary>
    public ClassAverage Begin() => new(Only is null ? metric.For(outputs, targets) : Averaging.Macro);

    /// <summary>True if a class is measured.</summary>
    public bool Asks(int label) => Only is null || Only == label;
}
