namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The harmonic mean of precision and recall in which recall counts β times as much,
/// F = (1 + β²)·TP / ((1 + β²)·TP + FP + β²·FN) = (1 + β²) / (1 / precision + β² / recall), TP, FP and FN being sums of weights: of rows
/// that are of a class and said to be, that are not but said to be, and that are but not said to be.
/// </summary>
/// <remarks>
/// Of a single yes or no it is that of the yes, and of more classes or labels the mean, unless
/// <see cref="PerClassMetric.Averaging"/> says otherwise.
///
/// Of classes, the likeliest one is said; of labels, those above 0.5. As in scikit-learn's fbeta_score it is 0 where it would be 0 / 0.
/// The micro average over classes is the accuracy. Source: C. J. van Rijsbergen, Information Retrieval, 2nd edition (1979).
/// </remarks>
public sealed record FBeta : PerClassMetric
{
    /// <summary>
    /// How many times as much recall counts as precision; above 0 and finite. Default 2, for whom a miss costs more than a false alarm;
    /// 0.5 is usual for the opposite, and 1 is <see cref="F1"/>.
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
        return Begin(outputs, targetWidth, (right, wrong, missed) => Of(beta, right, wrong, missed));
    }

    /// <summary>The figure of one class.</summary>
    internal static double Of(double beta, double right, double wrong, double missed)
    {
        // Divided by 1 + β², which for a huge β is more than any number.
        double ofWrong = 1 / (1 + beta * beta);
        return right > 0 ? right / (right + ofWrong * wrong + (1 - ofWrong) * missed) : 0;
    }
}
