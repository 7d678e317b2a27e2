using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The base of metrics with a value for each class against all others, or for each label: the value of one of them, or their average by
/// <see cref="Averaging"/>. Higher is better.
/// </summary>
/// <remarks>
/// By default it is the value of the positive class of a binary label, which is class 1 of two classes or the only label, and for more classes or
/// labels the mean of their values.
///
/// A class without true and predicted rows is excluded from averages, and so is a label that is missing (NaN) in every row.
/// <see cref="Averaging.Weighted"/> is Σ s_k·f_k / Σ s_k, where f_k is the value of class k and s_k its support, the weight of its rows.
/// <see cref="Averaging.Worst"/> excludes classes without rows. A single label, or one selected by <see cref="Class"/>, that is
/// missing in every row has the value NaN.
/// </remarks>
/// <example>
/// <code>
/// Metric ofAll = new Recall { Averaging = Averaging.Weighted };
/// Metric floor = new Recall { Averaging = Averaging.Worst };
/// Metric ofOne = new Recall { Class = 2 };
/// </code>
/// </example>
public abstract record PerClassMetric : Metric
{
    private protected PerClassMetric()
    {
    }

    /// <summary>
    /// The average over classes or labels, unless <see cref="Class"/> selects one. Default <see cref="Averaging.Automatic"/>: the positive class
    /// of a binary label, otherwise the macro average. <see cref="Averaging.Micro"/> is not available for metrics of the order of outputs.
    /// </summary>
    public Averaging Averaging { get; init; } = Averaging.Automatic;

    /// <summary>The single class or label to measure, counted from 0. Null (default) for all, by <see cref="Averaging"/>.</summary>
    public int? Class { get; init; }

    /// <inheritdoc/>
    /// <remarks>
    /// <see cref="Averaging.Binary"/> has the name of <see cref="Averaging.Automatic"/>: if both can be measured, they are equal.
    /// </remarks>
    public sealed override string Name => Class is { } index
        ? FormattableString.Invariant($"{Figure} of class {index}")
        : Averaging switch
        {
            Averaging.Macro => $"macro {Figure}",
            Averaging.Micro => $"micro {Figure}",
            Averaging.Weighted => $"weighted {Figure}",
            Averaging.Worst => $"worst {Figure}",
            _ => Figure,
        };

    /// <inheritdoc/>
    public sealed override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public sealed override (double Minimum, double Maximum) ValueRange => (0, 1);

    /// <summary>The name of the value of one class.</summary>
    private protected abstract string Figure { get; }

    /// <summary>
    /// Returns what is wrong with <see cref="Class"/>, <see cref="Averaging"/>, or the number of targets; null if nothing.
    /// </summary>
    private protected string? FaultOfFigures(int outputs, int targetWidth)
    {
        if (EnumFault.Find(nameof(Averaging), Averaging) is { } undefined)
            return $"{undefined}; Automatic suits the rows";
        if (targetWidth > 0 && FaultOfNumbers(outputs, targetWidth) is { } fault)
            return fault;
        int classes = DecisionCounts.ClassesOf(outputs, targetWidth);
        if (Class is { } index)
        {
            return index >= 0 && index < classes
                ? null
                : FormattableString.Invariant($"Class is {index} but there are {classes} classes or labels; they are counted from 0");
        }

        bool canBePooled = Input == MetricInput.Decisions;
        if (Averaging == Averaging.Micro && !canBePooled)
            return "outputs of different classes have no common order; use Averaging.Macro or Averaging.Weighted";
        return Averaging == Averaging.Binary
            ? FaultOfYesOrNo(outputs, targetWidth, $"use Averaging.Macro or Averaging.{(canBePooled ? "Micro" : "Weighted")}")
            : null;
    }

    /// <summary>Begins a measurement from predicted classes.</summary>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
    /// <param name="figure">The value of one class.</param>
    private protected Measurement Begin(int outputs, int targetWidth, DecisionFigure figure) =>
        new AverageOfClasses(For(outputs, targetWidth), Class, new DecisionFigures(new DecisionCounts(outputs, targetWidth), figure));

    /// <summary>Begins a measurement from the order of outputs.</summary>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
    /// <param name="figure">The value of one class; NaN if it is undefined for the rows.</param>
    private protected Measurement Begin(int outputs, int targetWidth, Func<Ranking, double> figure)
    {
        int? only = OnlyOf(outputs, targetWidth);
        return new AverageOfClasses(For(outputs, targetWidth), only, new RankedFigures(outputs, targetWidth, only, figure));
    }

    /// <summary>The value of one class from the order of its outputs; null if the metric reads predicted classes.</summary>
    internal virtual Func<Ranking, double>? OfRanking => null;

    /// <summary>The single class whose order of outputs is measured; null for all.</summary>
    internal int? OnlyOf(int outputs, int targetWidth) =>
        Class ?? (For(outputs, targetWidth) == Averaging.Binary ? DecisionCounts.ClassesOf(outputs, targetWidth) - 1 : null);

    /// <summary>The kind of average for such rows.</summary>
    internal Averaging For(int outputs, int targetWidth) =>
        Averaging != Averaging.Automatic ? Averaging
        : IsYesOrNo(outputs, targetWidth) ? Averaging.Binary
        : Averaging.Macro;
}
