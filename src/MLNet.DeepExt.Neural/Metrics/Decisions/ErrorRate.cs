namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted share of rows whose likeliest class is wrong: Σ w·1{ŷ ≠ y} / Σ w, which is 1 - <see cref="Accuracy"/>. With a single
/// output, a probability, ŷ is 1 above 0.5 and else 0. Of equal outputs the first counts.
/// </summary>
/// <remarks>Rows whose errors are worse than others' are given a higher weight: 10 times the others', say.</remarks>
public sealed record ErrorRate : Metric
{
    /// <inheritdoc/>
    public override string Name => "error rate";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfClasses(targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) =>
        new MeanOfRows(static (said, target, row) => Decision.ClassOf(said) == target.Classes[row] ? 0 : 1);
}
