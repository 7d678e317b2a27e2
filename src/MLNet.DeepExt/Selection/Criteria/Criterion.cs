using Microsoft.ML;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// A figure by which models are chosen: a metric of the dev rows, or what a model costs its users. Immutable, and equal by value.
/// </summary>
/// <remarks>
/// A <see cref="Metric"/> is one by itself, and is taken wherever a criterion is wanted. Kinds: <see cref="MetricCriterion"/>, <see
/// cref="ClassCriterion"/>, <see cref="SegmentAverage"/>, <see cref="WorstSegment"/>, <see cref="Latency"/>, <see cref="ModelSize"/>, and
/// whatever <see cref="Of"/> is given.
/// </remarks>
public abstract record Criterion
{
    private protected Criterion()
    {
    }

    /// <summary>What it is called in reports, such as <c>accuracy</c> or <c>latency ms</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether more of it is better.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>The name, and what else says what is measured.</summary>
    internal virtual string Description => Name;

    /// <summary>
    /// Whether measuring it takes long beside the metrics of the dev rows. A search measures it last, and only of trials that can still win.
    /// </summary>
    internal virtual bool IsCostly => false;

    /// <summary>Whether two figures differ by less than can be measured. By default only equal ones do.</summary>
    internal virtual bool AreIndistinct(double one, double other) => one == other;

    /// <summary>The smallest and the largest figure, both included; NaN is possible beside them.</summary>
    internal virtual (double Minimum, double Maximum) ValueRange => (double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Makes a criterion of a metric: its value on the dev rows.</summary>
    /// <param name="metric">The metric.</param>
    public static implicit operator Criterion(Metric metric) => new MetricCriterion(metric);

    /// <summary>A criterion of your own.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="higherIsBetter">Whether more of it is better.</param>
    /// <param name="measure">
    /// Measures a model on the dev rows, which are not scored yet. Two criteria are equal if they have the same name, direction and
    /// method.
    /// </param>
    /// <param name="isCostly">
    /// Whether measuring takes long beside the metrics of the dev rows, as <see cref="Latency"/> does: a search measures it last, and only of
    /// trials that can still win. Default false.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <example>
    /// <code>
    /// Criterion layers = Criterion.Of("layers", higherIsBetter: false, (model, dev) => CountLayers(model));
    /// </code>
    /// </example>
    public static Criterion Of(string name, bool higherIsBetter, Func<ITransformer, IDataView, double> measure, bool isCostly = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(measure);
        return new OwnCriterion(name, higherIsBetter, measure, isCostly);
    }

    /// <summary>
    /// What is wrong with a figure that no model can have, such as <c>accuracy is 5 but must be from 0 to 1</c>; null if nothing is.
    /// </summary>
    /// <param name="figure">The figure; NaN where it is not measured.</param>
    internal string? FaultOfFigure(double figure)
    {
        const double Rounding = 1e-6; // of sums
        (double minimum, double maximum) = ValueRange;
        if (double.IsNaN(figure) || figure >= minimum - Rounding && figure <= maximum + Rounding)
            return null;
        string range = double.IsInfinity(maximum) ? FormattableString.Invariant($"at least {minimum}")
            : double.IsInfinity(minimum) ? FormattableString.Invariant($"at most {maximum}")
            : FormattableString.Invariant($"from {minimum} to {maximum}");
        return FormattableString.Invariant($"{Name} is {figure} but must be {range}");
    }

    /// <summary>Why it cannot be measured of any model, as a whole sentence; null if it can.</summary>
    internal virtual OptionFault? FindFault() => null;

    /// <summary>Why it cannot be measured with some options, as a whole sentence; null if it can.</summary>
    internal virtual OptionFault? FindFault(EvaluationOptions options) => null;

    /// <summary>Says which metrics of the scored rows it needs, so that all criteria have theirs from one pass.</summary>
    internal virtual void Ask(ModelMeasurement model)
    {
    }

    /// <summary>The figure of a model, after <see cref="Ask"/>.</summary>
    internal abstract MeasuredFigure Measure(ModelMeasurement model);

    /// <summary>Why a metric cannot be measured with some options, as a whole sentence; null if it can.</summary>
    private protected static OptionFault? FaultOf(Metric metric, EvaluationOptions options) =>
        metric is FalsePositivesPer24Hours && !options.ClassWeights.IsNone
            ? new(
                nameof(EvaluationOptions.ClassWeights),
                $"ClassWeights is {(options.ClassWeights.IsBalanced ? "LabelWeights.Balanced" : "given")}, but {metric.Name} counts the time "
                + "that rows are about, which weights by class would stretch; leave ClassWeights at LabelWeights.None.")
            : null;
}
