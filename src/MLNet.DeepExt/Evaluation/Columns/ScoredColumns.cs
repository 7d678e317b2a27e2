using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>The columns of scored rows that metrics are measured on, and what is in them.</summary>
internal sealed class ScoredColumns
{
    /// <summary>What the rows are scored for.</summary>
    public required ScoredTask Task { get; init; }

    /// <summary>The label column, and what it says.</summary>
    public required LabelForm Label { get; init; }

    /// <summary>The classes in the order of the scores; null where labels are no classes.</summary>
    public ClassNames? Classes { get; init; }

    /// <summary>The scores; null where there are none.</summary>
    public DataViewSchema.Column? Score { get; init; }

    /// <summary>The probabilities; null where there are none but perhaps scores that are.</summary>
    public DataViewSchema.Column? Probability { get; init; }

    /// <summary>What is predicted; null where scores or probabilities decide.</summary>
    public DataViewSchema.Column? Predicted { get; init; }

    /// <summary>How <see cref="Predicted"/> is read where it is one class; null where it is not.</summary>
    public ClassReader? PredictedClass { get; init; }

    /// <summary>Whether predictions may be none of the classes. They are then one class more, after the others, that no row has.</summary>
    public bool MayBeOther => PredictedClass is { MayBeOther: true };

    /// <summary>The classes that can be predicted, where labels are classes.</summary>
    public int PredictedCount => Classes!.Count + (MayBeOther ? 1 : 0);

    /// <summary>Quantiles of a number beside its score; null for none.</summary>
    public DataViewSchema.Column? Quantiles { get; init; }

    /// <summary>The bounds of a number in columns of their own; null for none.</summary>
    public (DataViewSchema.Column Lower, DataViewSchema.Column Upper)? Bounds { get; init; }

    /// <summary>The weights; null weighs all rows alike.</summary>
    public DataViewSchema.Column? Weight { get; init; }

    /// <summary>Whether a row is of one class.</summary>
    public bool AreClasses => Task is ScoredTask.Binary or ScoredTask.Multiclass;

    /// <summary>Whether a row has numbers in units of their own.</summary>
    public bool AreNumbers => Task is ScoredTask.Regression or ScoredTask.MultiTarget;

    /// <summary>Which kind of output a metric reads.</summary>
    public OutputKind KindFor(Metric metric) =>
        Bounds is not null && IsOfIntervals(metric) ? OutputKind.Bounds
        : Quantiles is not null && (metric is PinballLoss || IsOfIntervals(metric)) ? OutputKind.Quantiles
        : (OutputKind)metric.Input;

    /// <summary>Whether outputs of a kind are those of the predicted class, and stored as its number.</summary>
    public bool ArePredictedClasses(OutputKind kind) => AreClasses && kind == OutputKind.Decisions;

    /// <summary>How many outputs there are of a kind; 0 for none.</summary>
    public int WidthOf(OutputKind kind) => SourceOf(kind) switch
    {
        null => 0,
        OutputKind.Bounds => 2,
        OutputKind.Quantiles => LengthOf(Quantiles!.Value),
        OutputKind.Numbers => LengthOf(Score!.Value),
        OutputKind.Probabilities => LengthOf(Probability!.Value),
        OutputKind.Ranking => LengthOf(Score!.Value),
        _ when MayBeOther => PredictedCount,
        _ => Task switch
        {
            ScoredTask.Binary => 1,
            ScoredTask.Multiclass => Classes!.Count,
            _ => Label.Size,
        },
    };

    /// <summary>
    /// The kind whose outputs also serve for another; itself where it has its own, null where there are none. So two that are the same are
    /// read and kept once.
    /// </summary>
    public OutputKind? SourceOf(OutputKind kind) => (Task, kind) switch
    {
        (ScoredTask.Regression or ScoredTask.MultiTarget, OutputKind.Numbers) => Score is null ? null : OutputKind.Numbers,
        (ScoredTask.Regression or ScoredTask.MultiTarget, OutputKind.Bounds) => Bounds is null ? null : OutputKind.Bounds,
        (ScoredTask.Regression, OutputKind.Quantiles) => Quantiles is null ? null : OutputKind.Quantiles,
        (ScoredTask.Regression or ScoredTask.MultiTarget, _) or (_, OutputKind.Bounds or OutputKind.Quantiles) => null,
        (_, OutputKind.Ranking) => Score is not null ? OutputKind.Ranking : SourceOf(OutputKind.Probabilities),
        (_, OutputKind.Probabilities) => Probability is not null ? OutputKind.Probabilities
            : Task == ScoredTask.Multiclass && Score is not null ? OutputKind.Ranking
            : null,
        (ScoredTask.MultiLabel, OutputKind.Decisions) => Predicted is not null ? OutputKind.Decisions : SourceOf(OutputKind.Probabilities),
        (ScoredTask.MultiLabel, OutputKind.Numbers) => SourceOf(OutputKind.Probabilities),
        _ => OutputKind.Decisions, // numbers of classes, of which the metric itself says why they cannot be measured
    };

    private static int LengthOf(DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? vector.Size : 1;

    private static bool IsOfIntervals(Metric metric) => metric is IntervalCoverage or IntervalWidth;
}
