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
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentException.ThrowIfNullOrEmpty(className);
        // Those of one class are equal, however the metric would have averaged.
        Metric = metric with { Averaging = Averaging.Binary, Class = null };
        ClassName = className;
    }

    /// <summary>The metric, of no class yet: at which place a class is, the scored rows say.</summary>
    public PerClassMetric Metric { get; }

    /// <summary>The class.</summary>
    public string ClassName { get; }

    /// <inheritdoc/>
    public override string Name => $"{Metric.Name} of {ClassName}";

    /// <inheritdoc/>
    public override bool HigherIsBetter => Metric.HigherIsBetter;

    internal override void Ask(ModelMeasurement model) => model.Ask(In(model));

    internal override double Measure(ModelMeasurement model) => model.ValueOf(In(model));

    private PerClassMetric In(ModelMeasurement model) => Metric with { Class = model.ClassOf(ClassName) };
}
