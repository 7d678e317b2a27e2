using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// Cohen's kappa, the agreement of predicted and true classes beyond chance: κ = 1 - Σ_ij d_ij·O_ij / Σ_ij d_ij·E_ij, where O_ij is the
/// weight of the rows of class j that are predicted as class i, E_ij its expected value if predictions and true classes were independent,
/// and d_ij the cost of that error. In [-1, 1]: 1 for perfect predictions, 0 for chance, negative if worse than chance.
/// </summary>
/// <remarks>
/// With d_ij = 1 for every error it is (p_o - p_e) / (1 - p_e), where p_o is the accuracy and p_e that of chance. NaN if all rows have and are
/// predicted as one class. scikit-learn: cohen_kappa_score with all classes as labels. Sources: J. Cohen, A Coefficient of
/// Agreement for Nominal Scales, Educational and Psychological Measurement 20 (1960); Weighted Kappa, Psychological Bulletin 70 (1968).
/// </remarks>
public sealed record CohensKappa : Metric
{
    /// <summary>The cost of each error. Default <see cref="KappaWeighting.None"/>: equal costs.</summary>
    public KappaWeighting Weighting { get; init; }

    /// <inheritdoc/>
    public override string Name => Weighting switch
    {
        KappaWeighting.Linear => "linear Cohen's kappa",
        KappaWeighting.Quadratic => "quadratic Cohen's kappa",
        _ => "Cohen's kappa",
    };

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (-1, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => EnumFault.Find(nameof(Weighting), Weighting) is { } undefined
        ? $"{undefined}; None gives all errors equal cost"
        : FaultOfClasses(targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) =>
        new Agreement(Weighting, new DecisionCounts(outputs, targetWidth));

    private sealed class Agreement(KappaWeighting weighting, DecisionCounts counts) : Measurement
    {
        private double _observed; // Σ d·O

        protected override double ValueOfRows => 1 - _observed / counts.Weights / Expected();

        protected override void ClearRows()
        {
            counts.Clear();
            _observed = 0;
        }

        protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            int predicted = Decision.ClassOf(outputs), label = target.Classes[row];
            counts.Add(predicted, label, weight);
            _observed += weight * Distance(predicted, label);
        }

        // Computed from fractions, whose products cannot overflow.
        private double Expected()
        {
            double sum = 0;
            for (int predicted = 0; predicted < counts.Count; predicted++)
            {
                for (int label = 0; label < counts.Count; label++)
                    sum += Distance(predicted, label) * (counts.Predicted(predicted) / counts.Weights) * (counts.True(label) / counts.Weights);
            }

            return sum;
        }

        private double Distance(int predicted, int label) => weighting switch
        {
            KappaWeighting.Linear => Math.Abs(predicted - label),
            KappaWeighting.Quadratic => ((double)predicted - label) * (predicted - label),
            _ => predicted == label ? 0 : 1,
        };
    }
}
