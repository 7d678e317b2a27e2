using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted mean of -log p, where p is the predicted probability of the true class: Σ w·(-log p_y) / Σ w, with the natural logarithm.
/// </summary>
/// <remarks>
/// It is the loss of <see cref="Losses.SoftmaxCrossEntropy"/> and <see cref="Losses.BinaryCrossEntropy"/> for classes; measure
/// it if training uses another loss. It is computed from probabilities in single precision, and p is limited
/// to at least 2⁻²³, the ε of that precision, so that no row makes it infinite. scikit-learn's log_loss has the same lower limit for
/// probabilities in single precision. It also has an upper limit of 1 - ε, and divides the probabilities of a row by their sum, which this
/// metric does not. For probabilities that sum to 1 the two differ by at most a few ε.
/// </remarks>
public sealed record LogLoss : Metric
{
    private const double Smallest = 1.0 / (1 << 23);

    /// <inheritdoc/>
    public override string Name => "log loss";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Probabilities;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, double.PositiveInfinity);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfClasses(targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => new MeanOfRows(CostOf);

    private static double? CostOf(ReadOnlySpan<float> outputs, Target<float> target, int row)
    {
        int label = target.Classes[row];
        double probability = outputs.Length > 1 ? outputs[label] : label == 1 ? outputs[0] : 1.0 - outputs[0];
        return -Math.Log(Math.Max(probability, Smallest));
    }
}
