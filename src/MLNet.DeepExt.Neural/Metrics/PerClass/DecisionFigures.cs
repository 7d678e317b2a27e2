using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The values of a metric of predicted classes, for each class.</summary>
internal sealed class DecisionFigures(DecisionCounts counts, DecisionFigure figure) : ClassFigures
{
    public override int Count => counts.Count;

    public override bool IsEmpty => counts.IsEmpty;

    public override double Pooled
    {
        get
        {
            double truePositives = 0, falsePositives = 0, falseNegatives = 0;
            for (int index = 0; index < counts.Count; index++)
            {
                truePositives += counts.TruePositives[index];
                falsePositives += counts.FalsePositives[index];
                falseNegatives += counts.FalseNegatives[index];
            }

            return figure(truePositives, falsePositives, falseNegatives);
        }
    }

    public override double Of(int index) =>
        counts.IsDefined(index) ? figure(counts.TruePositives[index], counts.FalsePositives[index], counts.FalseNegatives[index]) : double.NaN;

    public override bool IsKnown(int index) => counts.IsKnown(index);

    public override double Support(int index) => counts.True(index);

    public override void Clear() => counts.Clear();

    public override void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight) =>
        counts.Add(outputs, target, row, weight);
}
