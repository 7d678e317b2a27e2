namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The Matthews correlation coefficient of predicted and true classes:
/// R = (c·s - Σ_k p_k·t_k) / √((s² - Σ_k p_k²)·(s² - Σ_k t_k²)), where s is the weight of all rows, c that of the correct rows, p_k that
/// of the rows predicted as class k, and t_k that of the rows of class k. In [-1, 1]: 1 for perfect predictions, and 0 for chance.
/// </summary>
/// <remarks>
/// With two classes it is (TP·TN - FP·FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN)), which is high only if all four counts are good. It is 0 if
/// all rows have, or are predicted as, one class, as in scikit-learn's matthews_corrcoef. Sources: B. W. Matthews, Comparison of the Predicted
/// and Observed Secondary Structure of T4 Phage Lysozyme, Biochimica et Biophysica Acta 405 (1975); of several classes: J. Gorodkin,
/// Comparing Two K-Category Assignments by a K-Category Correlation Coefficient, Computational Biology and Chemistry 28 (2004).
/// </remarks>
public sealed record MatthewsCorrelation : Metric
{
    /// <inheritdoc/>
    public override string Name => "Matthews correlation";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (-1, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfClasses(targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) =>
        new FigureOfCounts(new DecisionCounts(outputs, targetWidth), Correlation);

    private static double Correlation(DecisionCounts counts)
    {
        // Both sums are accumulated in a fixed order, so that a variance of 0 is exactly 0.
        double allPredicted = 0, allTrue = 0;
        for (int index = 0; index < counts.Count; index++)
        {
            allPredicted += counts.Predicted(index);
            allTrue += counts.True(index);
        }

        // Computed from fractions, whose products cannot overflow.
        double common = 0, spreadOfPredicted = 0, spreadOfTrue = 0;
        for (int index = 0; index < counts.Count; index++)
        {
            double predicted = counts.Predicted(index) / allPredicted, @true = counts.True(index) / allTrue;
            common += counts.TruePositives[index] / allTrue - predicted * @true;
            spreadOfPredicted += predicted * (1 - predicted);
            spreadOfTrue += @true * (1 - @true);
        }

        return spreadOfPredicted > 0 && spreadOfTrue > 0 ? common / (Math.Sqrt(spreadOfPredicted) * Math.Sqrt(spreadOfTrue)) : 0;
    }
}
