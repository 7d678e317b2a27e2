using System.Diagnostics.CodeAnalysis;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>A metric of one class against all others, the class being called by its name.</summary>
public sealed record ClassCriterion : Criterion
{
    /// <summary>Makes it.</summary>
    /// <param name="metric">The metric; which class it is of, and how it averages, does not matter.</param>
    /// <param name="className">
    /// The class: the label as text, as it was before it became a key. Of keys that stand for nothing it is their number, counted from 1.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public ClassCriterion(PerClassMetric metric, string className)
        // Those of one class are equal, however the metric would have averaged.
        : this(className, (metric ?? throw new ArgumentNullException(nameof(metric))) with { Averaging = Averaging.Binary, Class = null })
    {
    }

    /// <summary>Makes it.</summary>
    /// <param name="metric">The metric; which class it is of does not matter.</param>
    /// <param name="className">The class that is a yes, called as for any other metric.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public ClassCriterion(FalsePositivesPer24Hours metric, string className)
        : this(className, (metric ?? throw new ArgumentNullException(nameof(metric))) with { Class = null })
    {
    }

    private ClassCriterion(string className, Metric metric)
    {
        ArgumentException.ThrowIfNullOrEmpty(className);
        Metric = metric;
        ClassName = className;
    }

    /// <summary>The metric, of no class yet: at which place a class is, the scored rows say.</summary>
    public Metric Metric { get; }

    /// <summary>The class.</summary>
    public string ClassName { get; }

    /// <inheritdoc/>
    public override string Name => $"{Metric.Name} of {ClassName}";

    /// <inheritdoc/>
    public override bool HigherIsBetter => Metric.HigherIsBetter;

    internal override (double Minimum, double Maximum) ValueRange => Metric.ValueRange;

    internal override OptionFault? FindFault(EvaluationOptions options) => FaultOf(Metric, options);

    internal override void Ask(ModelMeasurement model)
    {
        if (TryFind(model, out Metric metric, out _))
            model.Ask(metric);
    }

    internal override MeasuredFigure Measure(ModelMeasurement model) => TryFind(model, out Metric metric, out MeasurementFailure? failure)
        ? model.FigureOf(metric)
        : MeasuredFigure.Failed(failure);

    /// <summary>Finds the metric of the class, at the place that it has in the rows of a model; false where they have no such class.</summary>
    internal bool TryFind(ModelMeasurement model, out Metric metric, [NotNullWhen(false)] out MeasurementFailure? failure)
    {
        bool isFound = model.TryFindClass(ClassName, out int place, out failure);
        metric = !isFound ? Metric
            : Metric is FalsePositivesPer24Hours alarms ? alarms with { Class = place }
            : (PerClassMetric)Metric with { Class = place };
        return isFound;
    }
}
