using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The difference between predicted probability and accuracy: rows are put into bins of equal width by the probability of
/// their predicted class, where bin b contains those in ((b - 1) / B, b / B]. The error is Σ_b |Σ w·(1{ŷ = y} - p_ŷ)| / Σ w, with the inner sum
/// over the rows of bin b. In [0, 1]; 0 if, for example, 70 percent of the rows predicted with probability 0.7 are correct.
/// </summary>
/// <remarks>
/// With a single output p, the probability of the predicted class is p above 0.5 and 1 - p otherwise. The value depends on the bins: few rows in
/// many bins increase it. Sources: M. P. Naeini, G. F. Cooper and M. Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning,
/// AAAI (2015); C. Guo et al., On Calibration of Modern Neural Networks, ICML (2017).
/// </remarks>
public sealed record ExpectedCalibrationError : Metric
{
    private const int UsualBins = 10;
    private const int MostBins = 1_000_000;

    /// <summary>B, the number of bins, from 1 to 1,000,000. Default 10. A bin needs 8 bytes.</summary>
    public int Bins { get; init; } = UsualBins;

    /// <inheritdoc/>
    public override string Name => Bins == UsualBins
        ? "expected calibration error"
        : FormattableString.Invariant($"expected calibration error ({Bins} bins)");

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Probabilities;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => Bins is < 1 or > MostBins
        ? FormattableString.Invariant($"Bins must be from 1 to {MostBins} but is {Bins}; 10 is usual")
        : FaultOfClasses(targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => new Reliability(Bins);

    private sealed class Reliability(int bins) : Measurement
    {
        private readonly double[] _excess = new double[bins]; // Σ w·(1{ŷ = y} - p_ŷ)
        private double _weights;

        public override int CondensedLength => 2; // the bin and the contribution of the row

        protected override double ValueOfRows
        {
            get
            {
                double sum = 0;
                foreach (double excess in _excess)
                    sum += Math.Abs(excess);
                return sum / _weights;
            }
        }

        public override void Condense(ReadOnlySpan<float> outputs, Target<float> target, int row, Span<double> condensed) =>
            (condensed[0], condensed[1]) = Place(outputs, target.Classes[row]);

        public override void AddCondensed(ReadOnlySpan<double> condensed, double weight)
        {
            if (!(condensed[0] >= 0 && condensed[0] < bins))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"The bin of a condensed row must be in [0, {bins - 1}] but is {condensed[0]}; add what Condense wrote."), nameof(condensed));
            }

            Add((int)condensed[0], condensed[1], weight);
        }

        protected override void ClearRows()
        {
            _excess.AsSpan().Clear();
            _weights = 0;
        }

        protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            (int bin, double excess) = Place(outputs, target.Classes[row]);
            Add(bin, excess, weight);
        }

        private void Add(int bin, double excess, double weight)
        {
            _excess[bin] += weight * excess;
            _weights += weight;
        }

        private (int Bin, double Excess) Place(ReadOnlySpan<float> outputs, int label)
        {
            int predicted = Decision.ClassOf(outputs);
            double probability = outputs.Length > 1 ? outputs[predicted] : predicted == 1 ? outputs[0] : 1.0 - outputs[0];
            int bin = Math.Clamp((int)Math.Ceiling(probability * bins) - 1, 0, bins - 1);
            return (bin, (predicted == label ? 1 : 0) - probability);
        }
    }
}
