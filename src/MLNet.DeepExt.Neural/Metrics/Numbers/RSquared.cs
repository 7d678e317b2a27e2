using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The share of the target's variance that the outputs account for: R² = 1 - Σ w·(y - ŷ)² / Σ w·(y - ȳ)², ȳ = Σ w·y / Σ w, of each number
/// of the target, and the mean of these where there are several. 1 at best, 0 where the mean would say as much, and below where it
/// would say more.
/// </summary>
/// <remarks>
/// Of a number that does not vary it is 1 if all outputs are right and else 0, as scikit-learn's r2_score is. A number that fewer than two
/// rows have is left out of the mean. Deviations from the mean are summed as rows come: B. P. Welford, Note on a Method for Calculating
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
