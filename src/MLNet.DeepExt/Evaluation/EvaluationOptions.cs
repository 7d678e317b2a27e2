using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Which columns of scored rows are judged, and how.</summary>
public sealed class EvaluationOptions
{
    /// <summary>What models call their columns, which may be missing; a column of another name must exist.</summary>
    internal const string ScoreDefault = "Score";

    /// <inheritdoc cref="ScoreDefault"/>
    internal const string ProbabilityDefault = "Probability";

    /// <inheritdoc cref="ScoreDefault"/>
    internal const string PredictedLabelDefault = "PredictedLabel";

    /// <inheritdoc cref="ScoreDefault"/>
    internal const string QuantilesDefault = "Quantiles";

    private string? _labelColumnName;

    /// <summary>
    /// The column of labels. A <see cref="bool"/>, or 0 and 1, for a yes or no; a key, or text that names the classes, for several classes;
    /// a number for regression; a vector for several labels or numbers. Default "Label".
    /// </summary>
    /// <remarks>
    /// If it is not set, a choice or a search of models uses the label column that the model was trained on, as far as it is known: of every
    /// neural network of this library, and in a search of every trainer of ML.NET. Otherwise it is "Label", or, if the rows have no such column,
    /// the one by which the split stratified the rows.
    /// </remarks>
    public string LabelColumnName
    {
        get => _labelColumnName ?? "Label";
        set => _labelColumnName = value;
    }

    /// <summary>
    /// The column of scores: a number, or a <see cref="float"/> for each class, label, target or quantile. Default "Score".
    /// </summary>
    /// <remarks>
    /// A column of the default name may be missing, for not all models make all columns; a column of any other name must exist. Null reads
    /// no scores. The same applies to <see cref="ProbabilityColumnName"/>, <see cref="PredictedLabelColumnName"/> and
    /// <see cref="QuantilesColumnName"/>.
    /// </remarks>
    public string? ScoreColumnName { get; set; } = ScoreDefault;

    /// <summary>
    /// The column of probabilities: of a yes, or of each class or label. Where there is none, the scores of several classes are taken for
    /// probabilities if they are from 0 to 1 and sum to 1. Default "Probability"; it may be missing, a column of another name must exist, and
    /// null reads none.
    /// </summary>
    public string? ProbabilityColumnName { get; set; } = ProbabilityDefault;

    /// <summary>
    /// The column of what is predicted, as a key, a yes or no, or mapped back to what classes are called. Where the value or
    /// the column is missing, or this is null or empty, the class is the one of the highest score; of two classes it is the positive one above
    /// a probability of 0.5, or else above a score of 0. A prediction that is none of the classes is an error: all such predictions count as
    /// one class more, of which no row is, as in scikit-learn. Default "PredictedLabel"; a column of another name must exist.
    /// </summary>
    public string? PredictedLabelColumnName { get; set; } = PredictedLabelDefault;

    /// <summary>
    /// Which of the two values of a key a yes is, whose scores and probabilities are given. Null, the default, takes the one that is called
    /// True, or 1 beside 0, where what is predicted is a <see cref="bool"/>, and else the second value. Several classes do not read it.
    /// </summary>
    public string? PositiveLabel { get; set; }

    /// <summary>
    /// The column of quantiles of a number that is predicted, beside its score: the pinball loss reads them, and so do the metrics of
    /// intervals, of which the first and the last are the bounds. Where there is no such column, they read the scores. Default "Quantiles";
    /// it may be missing, a column of another name must exist, and null reads none.
    /// </summary>
    public string? QuantilesColumnName { get; set; } = QuantilesDefault;

    /// <summary>
    /// The column of lower bounds of a number that is predicted, for the metrics of intervals; null, the default, takes the first quantile.
    /// </summary>
    public string? LowerColumnName { get; set; }

    /// <summary>The column of upper bounds; null, the default, takes the last quantile.</summary>
    public string? UpperColumnName { get; set; }

    /// <summary>The column of weights of rows, at least 0; null, the default, weighs all alike.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>
    /// What weights are multiplied by, by label: those that a trainer was given, so that a model is judged by what it was trained for. For
    /// labels that are classes. Default <see cref="LabelWeights.None"/>.
    /// </summary>
    public LabelWeights ClassWeights { get; set; } = LabelWeights.None;

    /// <summary>How intervals of the metrics are found; null, the default, finds none.</summary>
    public Bootstrap? Bootstrap { get; set; }

    /// <summary>Whether <see cref="LabelColumnName"/> was set, to whatever.</summary>
    internal bool HasLabelColumnName => _labelColumnName is not null;

    /// <summary>The label column that a trainer of ML.NET has learned from, where it is known.</summary>
    internal string? TrainedLabelColumnName { get; set; }

    /// <summary>The label column by which the split stratified the rows, where it is known.</summary>
    internal string? SplitLabelColumnName { get; set; }

    /// <summary>The memory for areas under curves, in bytes; null, the default, is that of <see cref="RankedMemory.OfMachine"/>.</summary>
    internal long? RankedBytes { get; set; }

    /// <summary>The most bytes that a bootstrap keeps of rows; null (default) for half of the memory that .NET may use.</summary>
    internal long? BootstrapBytes { get; set; }

    /// <summary>Why there is no column, in the middle of a message.</summary>
    internal static string Absence(string option, string? columnName) =>
        string.IsNullOrEmpty(columnName) ? $"{option} is not set" : $"there is no column '{columnName}'";

    /// <summary>The memory that all areas under curves of a measurement share.</summary>
    internal RankedMemory NewRankedMemory() => RankedBytes is { } bytes ? new RankedMemory(bytes) : RankedMemory.OfMachine();

    internal EvaluationOptions Copy() => (EvaluationOptions)MemberwiseClone();

    internal OptionFault? FindFault()
    {
        foreach ((string name, string? value) in (ReadOnlySpan<(string, string?)>)
        [
            (nameof(ScoreColumnName), ScoreColumnName), (nameof(ProbabilityColumnName), ProbabilityColumnName),
            (nameof(QuantilesColumnName), QuantilesColumnName),
        ])
        {
            if (value is "")
                return new(name, $"{name} is empty; name a column, or use null to read none.");
        }

        if (LabelColumnName is "")
            return new(nameof(LabelColumnName), "LabelColumnName is empty; name a column.");

        if (LowerColumnName is null != UpperColumnName is null)
        {
            return new(
                nameof(LowerColumnName), "LowerColumnName and UpperColumnName must be given both, or neither; an interval has two bounds.");
        }

        if (ClassWeights is null)
            return new(nameof(ClassWeights), "ClassWeights is null; use LabelWeights.None to weigh all labels alike.");
        return Bootstrap?.FindFault() is { } fault ? new(nameof(Bootstrap), $"Bootstrap.{fault.Text}") : null;
    }
}
