using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// How high the positive labels of a row rank in the order of the outputs. For each positive label, the fraction of positives among the
/// labels with an output at least as high; the value is the mean over the positives of a row, then the weighted mean over rows. 1 if all
/// positives rank above all negatives.
/// </summary>
/// <remarks>
/// A row with only positive or only negative labels counts as 1, because every order is correct, as in scikit-learn. A missing label
/// (NaN) is ignored, and so is a row without labels. Source: G. Tsoumakas, I. Katakis and I. Vlahavas, Mining
/// Multi-label Data, in: Data Mining and Knowledge Discovery Handbook (2010), average precision.
/// </remarks>
public sealed record LabelRankingAveragePrecision : Metric
{
    /// <inheritdoc/>
    public override string Name => "label ranking average precision";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Ranking;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfNumbers(outputs, targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => new MeanOfRows(PrecisionOf);

    private static double? PrecisionOf(ReadOnlySpan<float> outputs, Target<float> target, int row)
    {
        ReadOnlySpan<float> labels = target.Values!.Row(row);
        int yes = 0, known = 0;
        double sum = 0;
        for (int j = 0; j < labels.Length; j++)
        {
            if (float.IsNaN(labels[j]))
                continue;
            known++;
            if (!Decision.IsYes(labels[j]))
                continue;
            yes++;
            sum += ShareOfYesDownTo(outputs[j], outputs, labels);
        }

        if (known == 0)
            return null;
        return yes == 0 ? 1 : sum / yes;
    }

    private static double ShareOfYesDownTo(float lowest, ReadOnlySpan<float> outputs, ReadOnlySpan<float> labels)
    {
        int yes = 0, all = 0;
        for (int j = 0; j < labels.Length; j++)
        {
            if (float.IsNaN(labels[j]) || outputs[j] < lowest)
                continue;
            all++;
            if (Decision.IsYes(labels[j]))
                yes++;
        }

        return (double)yes / all;
    }
}
