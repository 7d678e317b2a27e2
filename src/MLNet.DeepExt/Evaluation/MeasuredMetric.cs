using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>What a metric came to on some rows.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Value">What it came to; NaN where the rows are too few to say.</param>
/// <param name="Interval">Between which bounds it is; null if not requested.</param>
public sealed record MeasuredMetric(Metric Metric, double Value, MetricInterval? Interval)
{
    /// <summary>Such as <c>accuracy 0.9213 (0.9012 to 0.9345, confidence 95 %)</c>.</summary>
    public override string ToString() =>
        $"{Metric.Name} {Figures.Of(Value)}{(Interval is { } interval ? $" ({interval})" : "")}";
}
