namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// How wide the interval is that the outputs give, in the target's units: Σ w·(upper - lower) / Σ w, of each number of the target, and the
/// mean of these where there are several. The bounds are the first and the last of a number's outputs, such as its lowest and its highest
/// quantile.
/// </summary>
/// <remarks>
/// Narrow is good only where <see cref="IntervalCoverage"/> is high. A target that is missing (NaN) is left out, and so is a number that no
/// row has. Bounds that are crossed count below 0.
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
        (said, index, _) =>
        {
            (double lower, double upper) = Bounds.Of(said, index, targetWidth);
            return upper - lower;
        },
        static mean => mean);
}
