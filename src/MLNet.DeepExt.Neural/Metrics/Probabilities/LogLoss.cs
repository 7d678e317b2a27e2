using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted mean of -log p, p being the probability of the class that is right: Σ w·(-log p_y) / Σ w, with the natural logarithm.
/// </summary>
/// <remarks>
/// It is the loss of <see cref="Losses.SoftmaxCrossEntropy"/> and of <see cref="Losses.BinaryCrossEntropy"/> of classes, and worth
/// measuring beside a loss that is another one. It is computed from the probabilities as single precision holds them, and p is taken
/// to be at least 2⁻²³, the ε of that precision, so that no single row makes it infinite. scikit-learn's log_loss has the same bound for
/// probabilities in single precision; it also has one of 1 - ε above, and divides the probabilities of a row by their sum, which this
/// does not. Of probabilities that sum to 1 the two differ by no more than a few ε.
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
