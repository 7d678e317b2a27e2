using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted mean squared error of probabilities. With two classes Σ w·(p - y)² / Σ w, where p is the probability of class 1, in
/// [0, 1]; with more classes Σ w·Σ_k (p_k - 1{y = k})² / Σ w, the sum over all classes, in [0, 2].
/// </summary>
/// <remarks>
/// With two classes, one output and two outputs give the same value. Like <see cref="LogLoss"/> it is minimal for the true probabilities, but the
/// error of a row is bounded. Source: G. W. Brier, Verification of Forecasts Expressed in Terms of Probability, Monthly Weather
/// Review 78 (1950), whose sum over two classes is twice this value.
/// </remarks>
public sealed record BrierScore : Metric
{
    /// <inheritdoc/>
    public override string Name => "Brier score";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Probabilities;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, 2);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfClasses(targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => new MeanOfRows(ErrorOf);

    private static double? ErrorOf(ReadOnlySpan<float> outputs, Target<float> target, int row)
    {
        int label = target.Classes[row];
        if (outputs.Length <= 2)
            return SquaredError(outputs[^1], label == 1);
        double sum = 0;
        for (int index = 0; index < outputs.Length; index++)
            sum += SquaredError(outputs[index], label == index);
        return sum;
    }

    private static double SquaredError(double probability, bool isRight)
    {
        double error = probability - (isRight ? 1 : 0);
        return error * error;
    }
}
