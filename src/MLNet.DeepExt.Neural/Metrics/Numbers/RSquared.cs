using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The coefficient of determination, the fraction of the target's variance that the predictions explain: R² = 1 - Σ w·(y - ŷ)² / Σ w·(y - ȳ)² with
/// ȳ = Σ w·y / Σ w, for each target, and the mean over several targets. The best value is 1; 0 equals predicting the mean, and below 0 is worse
/// than that.
/// </summary>
/// <remarks>
/// For a constant target it is 1 if all predictions are exact and otherwise 0, as scikit-learn's r2_score. A target with fewer than two
/// rows is excluded from the mean. Deviations from the mean are accumulated in row order: B. P. Welford, Note on a Method for Calculating
/// Corrected Sums of Squares and Products, Technometrics 4 (1962); with weights: D. H. D. West, Updating Mean and Variance Estimates,
/// Communications of the ACM 22 (1979).
/// </remarks>
public sealed record RSquared : Metric
{
    /// <inheritdoc/>
    public override string Name => "R squared";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Numbers;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (double.NegativeInfinity, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfNumbers(outputs, targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => new Explained(targetWidth);

    private sealed class Explained(int width) : Measurement
    {
        private readonly Sums[] _sums = new Sums[width];

        protected override double ValueOfRows
        {
            get
            {
                double sum = 0;
                int count = 0;
                foreach (Sums sums in _sums)
                {
                    if (sums.Rows < 2)
                        continue;
                    sum += sums.Share;
                    count++;
                }

                return sum / count;
            }
        }

        protected override void ClearRows() => _sums.AsSpan().Clear();

        protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            ReadOnlySpan<float> values = target.Values!.Row(row);
            for (int j = 0; j < values.Length; j++)
            {
                if (!float.IsNaN(values[j]))
                    _sums[j].Add(values[j], outputs[j], weight);
            }
        }
    }

    private struct Sums
    {
        private double _weights;
        private double _mean;
        private double _deviations; // Σ w·(y - ȳ)²
        private double _errors;     // Σ w·(y - ŷ)²

        public long Rows { get; private set; }

        public readonly double Share => _deviations > 0 ? 1 - _errors / _deviations : _errors > 0 ? 0 : 1;

        public void Add(double target, double output, double weight)
        {
            Rows++;
            _weights += weight;
            double before = target - _mean;
            _mean += before * (weight / _weights);
            _deviations += weight * before * (target - _mean);
            _errors += weight * (target - output) * (target - output);
        }
    }
}
