namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// How often the target is within the interval that the outputs give: Σ w·1{lower ≤ y ≤ upper} / Σ w, of each number of the target, and
/// the mean of these where there are several. The bounds are the first and the last of a number's outputs, such as its lowest and its
/// highest quantile.
/// </summary>
/// <remarks>
/// An interval from the quantile 0.05 to 0.95 should cover 0.9; more means that it is too wide, so watch <see cref="IntervalWidth"/>
/// beside it. A target that is missing (NaN) is left out, and so is a number that no row has. Nothing is between bounds that are crossed.
/// </remarks>
public sealed record IntervalCoverage : Metric
{
    /// <inheritdoc/>
    public override string Name => "interval coverage";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Numbers;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => Bounds.FaultOf(outputs, targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => new MeanOfTargets(
        targetWidth,
        (said, index, target) =>
        {
            (double lower, double upper) = Bounds.Of(said, index, targetWidth);
            return lower <= target && target <= upper ? 1 : 0;
        },
        static mean => mean);
}
