using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted share of labels that are wrong, yes being above 0.5: Σ w·1{ŷ_j ≠ y_j} / Σ w over rows and their labels j.
/// </summary>
/// <remarks>A label that is missing (NaN) is left out.</remarks>
public sealed record HammingLoss : Metric
{
    /// <inheritdoc/>
    public override string Name => "Hamming loss";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    internal override string? FaultOf(int outputs, int targetWidth) => FaultOfNumbers(outputs, targetWidth);

    internal override Measurement Begin(int outputs, int targetWidth) => new WrongLabels();

    private sealed class WrongLabels : Measurement
    {
        private double _wrong;
        private double _all;

        public override double Value => _wrong / _all;

        public override void Clear() => _wrong = _all = 0;

        public override void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            ReadOnlySpan<float> labels = target.Values!.Row(row);
            for (int j = 0; j < labels.Length; j++)
            {
                if (float.IsNaN(labels[j]))
                    continue;
                _all += weight;
                if (Decision.IsYes(outputs[j]) != Decision.IsYes(labels[j]))
                    _wrong += weight;
            }
        }
    }
}
