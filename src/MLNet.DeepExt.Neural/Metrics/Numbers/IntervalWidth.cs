namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The width of the predicted interval, in the target's units: Σ w·(upper - lower) / Σ w for each target, and the
/// mean over several targets. The bounds are the first and the last of a target's outputs, such as its lowest and its highest
/// quantile.
/// </summary>
/// <remarks>
/// A small width is good only if <see cref="IntervalCoverage"/> is high. A missing target (NaN) is ignored, and so is a target that is missing in
/// all rows. Crossed bounds have a negative width.
/// </remarks>
public sealed record IntervalWidth : Metric
{
    /// <inheritdoc/>
    public override string Name => "interval width";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Numbers;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (double.NegativeInfinity, double.PositiveInfinity);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => Bounds.FaultOf(outputs, targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => new MeanOfTargets(
        targetWidth,
        (predicted, index, _) =>
        {
            (double lower, double upper) = Bounds.Of(predicted, index, targetWidth);
            return upper - lower;
        },
        static mean => mean);
}
