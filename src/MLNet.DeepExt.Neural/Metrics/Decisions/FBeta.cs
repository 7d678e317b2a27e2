namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The Fβ score, the harmonic mean of precision and recall with β times the weight on recall:
/// F = (1 + β²)·TP / ((1 + β²)·TP + FP + β²·FN) = (1 + β²) / (1 / precision + β² / recall), where TP, FP and FN are the weights of the
/// true positives, the false positives and the false negatives.
/// </summary>
/// <remarks>
/// For a binary label it is the value of the positive class; for more classes or labels the mean, unless
/// <see cref="PerClassMetric.Averaging"/> selects another average.
///
/// The predicted class is the most probable one; predicted labels are those above 0.5. As in scikit-learn's fbeta_score it is 0 instead of 0 / 0.
/// The micro average over classes is the accuracy. Source: C. J. van Rijsbergen, Information Retrieval, 2nd edition (1979).
/// </remarks>
public sealed record FBeta : PerClassMetric
{
    /// <summary>
    /// β, the weight of recall relative to precision; above 0 and finite. Default 2, for tasks in which a false negative costs more than a false
    /// positive; 0.5 is usual for the opposite, and 1 is <see cref="F1"/>.
    /// </summary>
    public double Beta { get; init; } = 2;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    private protected override string Figure => FormattableString.Invariant($"F{Beta}");

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => Beta > 0 && double.IsFinite(Beta)
        ? FaultOfFigures(outputs, targetWidth)
        : FormattableString.Invariant($"Beta must be above 0 and finite but is {Beta}; 2 counts recall more, 0.5 precision");

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth)
    {
        double beta = Beta;
        return Begin(
            outputs, targetWidth, (truePositives, falsePositives, falseNegatives) => Of(beta, truePositives, falsePositives, falseNegatives));
    }

    /// <summary>Computes the value of one class.</summary>
    internal static double Of(double beta, double truePositives, double falsePositives, double falseNegatives)
    {
        // Divided by 1 + β², which may overflow for a very large β.
        double ofFalsePositives = 1 / (1 + beta * beta);
        return truePositives > 0 ? truePositives / (truePositives + ofFalsePositives * falsePositives + (1 - ofFalsePositives) * falseNegatives) : 0;
    }
}
