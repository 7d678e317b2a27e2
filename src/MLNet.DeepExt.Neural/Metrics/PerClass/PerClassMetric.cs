using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// A metric that has a figure for each class against all others, or for each label: of one of them, or put together by
/// <see cref="Averaging"/>. More is better.
/// </summary>
/// <remarks>
/// Without any setting it is of the yes of a single yes or no, which is class 1 of two classes or the only label, and of more classes or
/// labels the mean of their figures.
///
/// A class that no row is of, nor is said to be, is left out of averages, and so is a label that is missing (NaN) in every row.
/// <see cref="Averaging.Weighted"/> is Σ s_k·f_k / Σ s_k with f_k the figure of class k and s_k the weight of the rows that are of it;
/// <see cref="Averaging.Worst"/> leaves out classes that no row is of. A single label, or one that <see cref="Class"/> names, that is
/// missing in every row has the figure NaN.
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
    /// How classes or labels are put together, unless <see cref="Class"/> names one. Default <see cref="Averaging.Automatic"/>: the yes
    /// of a single yes or no, the macro average of more. <see cref="Averaging.Micro"/> is not for the order of outputs.
    /// </summary>
    public Averaging Averaging { get; init; } = Averaging.Automatic;

    /// <summary>The one class or label that is measured, counted from 0. Default null: all, by <see cref="Averaging"/>.</summary>
    public int? Class { get; init; }

    /// <inheritdoc/>
    /// <remarks>
    /// <see cref="Averaging.Binary"/> is called as <see cref="Averaging.Automatic"/> is: where both can be measured, they are the same.
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

    /// <summary>What the figure of one class is called.</summary>
    private protected abstract string Figure { get; }

    /// <summary>
    /// What it finds wrong with <see cref="Class"/> and <see cref="Averaging"/>, or with targets that are not one for each output.
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

    /// <summary>Begins to measure a figure of what is said.</summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    /// <param name="figure">The figure of one class.</param>
    private protected Measurement Begin(int outputs, int targetWidth, DecisionFigure figure) =>
        new AverageOfClasses(For(outputs, targetWidth), Class, new DecisionFigures(new DecisionCounts(outputs, targetWidth), figure));

    /// <summary>Begins to measure a figure of the order of outputs.</summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    /// <param name="figure">The figure of one class; NaN where the rows do not tell it.</param>
    private protected Measurement Begin(int outputs, int targetWidth, Func<Ranking, double> figure)
    {
        int? only = OnlyOf(outputs, targetWidth);
        return new AverageOfClasses(For(outputs, targetWidth), only, new RankedFigures(outputs, targetWidth, only, figure));
    }

    /// <summary>The figure of one class by the order of its outputs; null where it is of what is said.</summary>
    internal virtual Func<Ranking, double>? OfRanking => null;

    /// <summary>The one class whose order of outputs is measured; null for all.</summary>
    internal int? OnlyOf(int outputs, int targetWidth) =>
        Class ?? (For(outputs, targetWidth) == Averaging.Binary ? DecisionCounts.ClassesOf(outputs, targetWidth) - 1 : null);

    /// <summary>How figures are put together, of such rows.</summary>
    internal Averaging For(int outputs, int targetWidth) =>
        Averaging != Averaging.Automatic ? Averaging
        : IsYesOrNo(outputs, targetWidth) ? Averaging.Binary
        : Averaging.Macro;
}
