using System.Text;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>How well numbers are predicted.</summary>
/// <remarks>
/// Rows count by their weight. What cannot be measured is NaN: figures of one number where the scores are several quantiles of it, and
/// figures of quantiles and intervals where there are none. Of several numbers each figure is the mean over them.
/// </remarks>
public sealed class RegressionReport
{
    internal RegressionReport()
    {
    }

    /// <summary>The rows that were judged: those whose weight is above 0 and that were not left out.</summary>
    public required long Rows { get; init; }

    /// <summary>
    /// The rows that could not be judged, of which a warning says why: those without a label, a weight or scores. Rows of weight 0 are not
    /// among them.
    /// </summary>
    public required long LeftOutRows { get; init; }

    /// <summary>As <see cref="ScoredMeasurement.LeftOut"/>.</summary>
    internal string? LeftOut { get; init; }

    /// <summary>All figures, with their intervals where a bootstrap was asked for.</summary>
    public required IReadOnlyList<MeasuredMetric> Metrics { get; init; }

    /// <summary>√(Σ w·(ŷ - y)² / Σ w), in the units of the number.</summary>
    public double RootMeanSquaredError => Of<RootMeanSquaredError>();

    /// <summary>Σ w·|ŷ - y| / Σ w, in the units of the number.</summary>
    public double MeanAbsoluteError => Of<MeanAbsoluteError>();

    /// <summary>The share of the variance that is accounted for: 1 at best, 0 where the mean would say as much.</summary>
    public double RSquared => Of<RSquared>();

    /// <summary>The mean pinball loss of the quantiles, whose names say which they are; NaN where there are none.</summary>
    public double PinballLoss => Of<PinballLoss>();

    /// <summary>The share of numbers that are between their bounds; NaN where there are none.</summary>
    public double IntervalCoverage => Of<IntervalCoverage>();

    /// <summary>The mean distance of the bounds; NaN where there are none.</summary>
    public double IntervalWidth => Of<IntervalWidth>();

    /// <summary>A line for each figure, with its interval, and what rows were left out.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        MetricLines.Append(text, Metrics, LeftOut);
        return text.ToString();
    }

    private double Of<TMetric>()
        where TMetric : Metric => Metrics.FirstOrDefault(measured => measured.Metric is TMetric)?.Value ?? double.NaN;
}
