namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The correlation of what is said with what is true:
/// R = (c·s - Σ_k p_k·t_k) / √((s² - Σ_k p_k²)·(s² - Σ_k t_k²)), with s the weight of all rows, c of those that are right, p_k of those
/// that are said to be of class k, and t_k of those that are. In [-1, 1]: 1 where all is right, and 0 for chance.
/// </summary>
/// <remarks>
/// Of two classes it is (TP·TN - FP·FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN)), which all four counts must be good for. It is 0 where
/// all rows are of one class or said to be, as in scikit-learn's matthews_corrcoef. Sources: B. W. Matthews, Comparison of the Predicted
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
        // Sums of all said and of all true, each in its own order, so that a spread of nothing is exactly 0.
        double allSaid = 0, allTrue = 0;
        for (int index = 0; index < counts.Count; index++)
        {
            allSaid += counts.Said(index);
            allTrue += counts.True(index);
        }

        // Of shares, whose products are within bounds whatever the weights.
        double common = 0, spreadOfSaid = 0, spreadOfTrue = 0;
        for (int index = 0; index < counts.Count; index++)
        {
            double said = counts.Said(index) / allSaid, @true = counts.True(index) / allTrue;
            common += counts.Right[index] / allTrue - said * @true;
            spreadOfSaid += said * (1 - said);
            spreadOfTrue += @true * (1 - @true);
        }

        return spreadOfSaid > 0 && spreadOfTrue > 0 ? common / (Math.Sqrt(spreadOfSaid) * Math.Sqrt(spreadOfTrue)) : 0;
    }
}
