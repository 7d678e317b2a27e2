namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted fraction of rows whose predicted class is not the true class: Σ w·1{ŷ ≠ y} / Σ w, which is 1 - <see cref="Accuracy"/>. With a single
/// output, which is a probability, ŷ is 1 above 0.5 and 0 otherwise. If outputs are equal, the first one is predicted.
/// </summary>
/// <remarks>Give rows whose errors are more costly a higher weight, for example 10 times that of others.</remarks>
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
        new MeanOfRows(static (predicted, target, row) => Decision.ClassOf(predicted) == target.Classes[row] ? 0 : 1);
}
