using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// How far what is said agrees with what is true beyond what chance would give: κ = 1 - Σ_ij d_ij·O_ij / Σ_ij d_ij·E_ij, with O_ij the
/// weight of the rows of class j that are said to be of i, E_ij what it would be if what is said had nothing to do with what is true,
/// and d_ij how bad that error is. In [-1, 1]: 1 where all is right, 0 for chance, and below where it is worse than chance.
/// </summary>
/// <remarks>
/// With d_ij = 1 for every error it is (p_o - p_e) / (1 - p_e), p_o being the accuracy and p_e that of chance. NaN where all rows are of
/// one class and said to be. It is scikit-learn's cohen_kappa_score with all classes as labels. Sources: J. Cohen, A Coefficient of
/// Agreement for Nominal Scales, Educational and Psychological Measurement 20 (1960); Weighted Kappa, Psychological Bulletin 70 (1968).
/// </remarks>
public sealed record CohensKappa : Metric
{
    /// <summary>How bad each error is. Default <see cref="KappaWeighting.None"/>: all alike.</summary>
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
        ? $"{undefined}; None counts all errors alike"
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
            int said = Decision.ClassOf(outputs), label = target.Classes[row];
            counts.Add(said, label, weight);
            _observed += weight * Distance(said, label);
        }

        // Of shares, whose products are within bounds whatever the weights.
        private double Expected()
        {
            double sum = 0;
            for (int said = 0; said < counts.Count; said++)
            {
                for (int label = 0; label < counts.Count; label++)
                    sum += Distance(said, label) * (counts.Said(said) / counts.Weights) * (counts.True(label) / counts.Weights);
            }

            return sum;
        }

        private double Distance(int said, int label) => weighting switch
        {
            KappaWeighting.Linear => Math.Abs(said - label),
            KappaWeighting.Quadratic => ((double)said - label) * (said - label),
            _ => said == label ? 0 : 1,
        };
    }
}
