using System.Text;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>How well numbers are predicted.</summary>
/// <remarks>
/// Rows count by their weight. What cannot be measured is NaN: figures of one number where the scores are several quantiles of it, and figures
/// of quantiles and intervals where there are none. Of several numbers each figure is the mean over them.
/// </remarks>
public sealed class RegressionReport
{
    internal RegressionReport()
    {
    }

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

    /// <summary>A line for each figure, with its interval.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        MetricLines.Append(text, Metrics);
        return text.ToString();
    }

    private double Of<TMetric>()
        where TMetric : Metric => Metrics.FirstOrDefault(measured => measured.Metric is TMetric)?.Value ?? double.NaN;
}
