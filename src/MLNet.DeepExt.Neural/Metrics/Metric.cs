using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// A metric that evaluates a network on rows that were not used for training: for the history, and for early stopping. Immutable.
/// </summary>
/// <remarks>
/// Rows count by their weight. Outputs are as the loss returns them: probabilities, or numbers in the target's units. A
/// missing target (NaN) is ignored. If a row has a NaN output, the value over all rows is NaN.
/// Custom metrics derive from this type; the running sums are in a <see cref="Measurement"/>. A checkpoint compares metrics by their
/// names. <c>MetricConformance</c> checks a metric.
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
    /// The name in reports, such as <c>accuracy</c>, with the options that differ from their default. Metrics with the same
    /// name must have the same value on the same rows.
    /// </summary>
    public abstract string Name { get; }

    /// <summary>True if a higher value is better.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>The kind of input that the metric reads.</summary>
    public abstract MetricInput Input { get; }

    /// <summary>
    /// The smallest and the largest value of the metric, inclusive, such as 0 and 1 for a fraction. An infinite bound means that there is no limit.
    /// NaN is the value of a metric that is undefined for the rows.
    /// </summary>
    public abstract (double Minimum, double Maximum) ValueRange { get; }

    /// <summary>The name of the metric.</summary>
    public sealed override string ToString() => Name;

    /// <summary>Returns why the metric cannot be measured, as the end of a message "The metric accuracy cannot be measured:"; null if it
    /// can.</summary>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
    public abstract string? FaultOf(int outputs, int targetWidth);

    /// <summary>Begins a measurement. Call it only if there is no fault.</summary>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
    public abstract Measurement Begin(int outputs, int targetWidth);

    /// <summary>Returns why a metric of classes cannot be measured.</summary>
    /// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
    /// <returns>Null if the targets are classes.</returns>
    protected static string? FaultOfClasses(int targetWidth) =>
        targetWidth == 0 ? null : "the targets are numbers; it needs a class for each row";

    /// <summary>True for a single binary label: two classes, or one label.</summary>
    private protected static bool IsYesOrNo(int outputs, int targetWidth) => outputs <= (targetWidth == 0 ? 2 : 1);

    /// <summary>Returns why a metric of a single binary label cannot be measured with the number of outputs.</summary>
    private protected static string? FaultOfYesOrNo(int outputs, int targetWidth, string remedy) => IsYesOrNo(outputs, targetWidth)
        ? null
        : FormattableString.Invariant($"it needs a single binary label but there are {outputs} outputs; {remedy}");

    /// <summary>Returns why a metric of numbers cannot be measured.</summary>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
    /// <param name="outputsPerTarget">The number of outputs per target.</param>
    /// <returns>Null if the targets are numbers, and the number of outputs fits.</returns>
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
