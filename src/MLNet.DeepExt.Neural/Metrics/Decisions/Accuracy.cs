namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted share of rows whose likeliest class is right: Σ w·1{ŷ = y} / Σ w. With a single output, a probability, ŷ is 1 above
/// 0.5 and else 0. Of equal outputs the first counts.
/// </summary>
public sealed record Accuracy : Metric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfClasses(targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) =>
        new MeanOfRows(static (said, target, row) => Decision.ClassOf(said) == target.Classes[row] ? 1 : 0);
}
