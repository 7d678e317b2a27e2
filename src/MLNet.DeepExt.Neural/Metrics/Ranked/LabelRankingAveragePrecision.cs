using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// How far up a row's labels stand when they are ordered by their outputs: for each label that is a yes, the share of yes among the
/// labels with an output at least as high; of these the mean over the row's yes, and of that the weighted mean over rows. 1 where all
/// yes stand above all no.
/// </summary>
/// <remarks>
/// A row whose labels are all yes or all no counts as 1, since no order of them is wrong, as in scikit-learn. A label that is missing
/// (NaN) is not in the order, and a row without any label is left out. Source: G. Tsoumakas, I. Katakis and I. Vlahavas, Mining
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
