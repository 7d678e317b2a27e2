using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>A metric of all dev rows.</summary>
public sealed record MetricCriterion : Criterion
{
    /// <summary>Makes it; wherever a criterion is wanted, the metric itself does as well.</summary>
    /// <param name="metric">The metric.</param>
    public MetricCriterion(Metric metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        Metric = metric;
    }

    /// <summary>The metric.</summary>
    public Metric Metric { get; }

    /// <inheritdoc/>
    public override string Name => Metric.Name;

    /// <inheritdoc/>
    public override bool HigherIsBetter => Metric.HigherIsBetter;

    internal override (double Minimum, double Maximum) ValueRange => Metric.ValueRange;

    internal override OptionFault? FindFault(EvaluationOptions options) => FaultOf(Metric, options);

    internal override void Ask(ModelMeasurement model) => model.Ask(Metric);

    internal override MeasuredFigure Measure(ModelMeasurement model) => model.FigureOf(Metric);
}
