namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The fraction of targets inside the predicted interval: Σ w·1{lower ≤ y ≤ upper} / Σ w for each target, and
/// the mean over several targets. The bounds are the first and the last of a target's outputs, such as its lowest and its
/// highest quantile.
/// </summary>
/// <remarks>
/// An interval from quantile 0.05 to 0.95 should cover 0.9. A higher value means that it is too wide, so also measure <see cref="IntervalWidth"/>.
/// A missing target (NaN) is ignored, and so is a target that is missing in all rows. Crossed bounds contain nothing.
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
        (predicted, index, target) =>
        {
            (double lower, double upper) = Bounds.Of(predicted, index, targetWidth);
            return lower <= target && target <= upper ? 1 : 0;
        },
        static mean => mean);
}
