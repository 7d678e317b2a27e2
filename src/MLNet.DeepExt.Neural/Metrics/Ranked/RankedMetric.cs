namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>A metric of the order of outputs, whose figures of classes are found one after the other.</summary>
/// <param name="metric">The metric.</param>
/// <param name="outputs">Outputs of a row.</param>
/// <param name="targets">Labels of a row; 0 where it is of a class.</param>
internal sealed class RankedMetric(PerClassMetric metric, int outputs, int targets)
{
    /// <summary>The one class that is measured; null for all.</summary>
    public int? Only { get; } = metric.OnlyOf(outputs, targets);

    /// <summary>The figure of one class.</summary>
    public Func<Ranking, double> Figure { get; } = metric.OfRanking!;

    /// <summary>The average, of no classes yet.</summary>
    public ClassAverage Begin() => new(Only is null ? metric.For(outputs, targets) : Averaging.Macro);

    /// <summary>Whether a class counts.</summary>
    public bool Asks(int label) => Only is null || Only == label;
}
