using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// A figure by which a network is judged on rows that it does not learn from: for the history, and to stop by. Immutable.
/// </summary>
/// <remarks>
/// Rows count by their weight. Outputs are what the loss gives out: probabilities, or numbers in the target's units. A target that is
/// missing (NaN) is left out. Of rows with an output that is NaN nothing is known: the figure of all rows is NaN.
/// Custom metrics derive from this type; what is added up lies in a <see cref="Measurement"/>. A checkpoint compares metrics by their
/// names. <c>MetricConformance</c> checks one.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Accuracy), nameof(Accuracy))]
[JsonDerivedType(typeof(AreaUnderPrecisionRecallCurve), nameof(AreaUnderPrecisionRecallCurve))]
[JsonDerivedType(typeof(AreaUnderRocCurve), nameof(AreaUnderRocCurve))]
[JsonDerivedType(typeof(BalancedAccuracy), nameof(BalancedAccuracy))]
[JsonDerivedType(typeof(BrierScore), nameof(BrierScore))]
[JsonDerivedType(typeof(CohensKappa), nameof(CohensKappa))]
[JsonDerivedType(typeof(ErrorRate), nameof(ErrorRate))]
[JsonDerivedType(typeof(ExpectedCalibrationError), nameof(ExpectedCalibrationError))]
[JsonDerivedType(typeof(F1), nameof(F1))]
[JsonDerivedType(typeof(FBeta), nameof(FBeta))]
[JsonDerivedType(typeof(FalsePositivesPer24Hours), nameof(FalsePositivesPer24Hours))]
[JsonDerivedType(typeof(HammingLoss), nameof(HammingLoss))]
[JsonDerivedType(typeof(IntervalCoverage), nameof(IntervalCoverage))]
[JsonDerivedType(typeof(IntervalWidth), nameof(IntervalWidth))]
[JsonDerivedType(typeof(LabelRankingAveragePrecision), nameof(LabelRankingAveragePrecision))]
[JsonDerivedType(typeof(LogLoss), nameof(LogLoss))]
[JsonDerivedType(typeof(MatthewsCorrelation), nameof(MatthewsCorrelation))]
[JsonDerivedType(typeof(MeanAbsoluteError), nameof(MeanAbsoluteError))]
[JsonDerivedType(typeof(PinballLoss), nameof(PinballLoss))]
[JsonDerivedType(typeof(Precision), nameof(Precision))]
[JsonDerivedType(typeof(RSquared), nameof(RSquared))]
[JsonDerivedType(typeof(Recall), nameof(Recall))]
[JsonDerivedType(typeof(RootMeanSquaredError), nameof(RootMeanSquaredError))]
[JsonDerivedType(typeof(SubsetAccuracy), nameof(SubsetAccuracy))]
[JsonDerivedType(typeof(TopKAccuracy), nameof(TopKAccuracy))]
public abstract record Metric
{
    /// <summary>
    /// What it is called in reports, such as <c>accuracy</c>, with those of its settings that are not the default: metrics of the same
    /// name come to the same on the same rows.
    /// </summary>
    public abstract string Name { get; }

    /// <summary>Whether more of it is better.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>What of the outputs it reads. A caller without the outputs of a network passes the values in their place.</summary>
    public abstract MetricInput Input { get; }

    /// <summary>
    /// The smallest and the largest value of the metric, both included: 0 and 1 for a share. An infinite bound means that there is no limit. NaN
    /// is the value of a metric that is not defined for the rows.
    /// </summary>
    public abstract (double Minimum, double Maximum) ValueRange { get; }

    /// <summary>Its name.</summary>
    public sealed override string ToString() => Name;

    /// <summary>Why it cannot be measured, to follow "The metric accuracy cannot be measured:"; null if it can.</summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    public abstract string? FaultOf(int outputs, int targetWidth);

    /// <summary>Begins to measure what it finds no fault with.</summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    public abstract Measurement Begin(int outputs, int targetWidth);

    /// <summary>What a metric of classes finds wrong.</summary>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    /// <returns>Null if the targets are classes.</returns>
    protected static string? FaultOfClasses(int targetWidth) =>
        targetWidth == 0 ? null : "the targets are numbers; it needs a class for each row";

    /// <summary>Whether rows are a single yes or no each: of two classes, or of one label.</summary>
    private protected static bool IsYesOrNo(int outputs, int targetWidth) => outputs <= (targetWidth == 0 ? 2 : 1);

    /// <summary>What a metric of a single yes or no finds wrong with the number of outputs.</summary>
    private protected static string? FaultOfYesOrNo(int outputs, int targetWidth, string remedy) => IsYesOrNo(outputs, targetWidth)
        ? null
        : FormattableString.Invariant($"it is of a single yes or no but there are {outputs} outputs; {remedy}");

    /// <summary>What a metric of numbers finds wrong.</summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    /// <param name="outputsPerTarget">How many outputs there are for one number.</param>
    /// <returns>Null if the targets are numbers, and the outputs as many as they need.</returns>
    protected static string? FaultOfNumbers(int outputs, int targetWidth, int outputsPerTarget = 1)
    {
        if (targetWidth == 0)
            return "the targets are classes; it needs numbers for each row";
        long needed = (long)targetWidth * outputsPerTarget;
        return outputs == needed
            ? null
            : $"the number of outputs is {outputs} but that of target values {targetWidth}; it needs {outputsPerTarget} for each";
    }
}
