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

    internal override void Ask(ModelMeasurement model) => model.Ask(In(model));

    internal override double Measure(ModelMeasurement model) => model.ValueOf(In(model)).Value;

    internal override string? ReasonOf(ModelMeasurement model) => model.FaultOfClasses;

    internal override MetricInterval? IntervalOf(ModelMeasurement model) => model.ValueOf(In(model)).Interval;

    /// <summary>The metric of the class, at the place that it has in the rows of a model.</summary>
    internal Metric In(ModelMeasurement model)
    {
        int place = model.ClassOf(ClassName);
        return Metric is FalsePositivesPer24Hours alarms
            ? alarms with { Class = place }
            : (PerClassMetric)Metric with { Class = place };
    }
}
