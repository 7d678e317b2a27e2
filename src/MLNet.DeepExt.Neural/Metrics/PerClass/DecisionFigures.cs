using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>A figure for each class of what was said about it.</summary>
internal sealed class DecisionFigures(DecisionCounts counts, DecisionFigure figure) : ClassFigures
{
    public override int Count => counts.Count;

    public override bool IsEmpty => counts.IsEmpty;

    public override double Pooled
    {
        get
        {
            double right = 0, wrong = 0, missed = 0;
            for (int index = 0; index < counts.Count; index++)
            {
                right += counts.Right[index];
                wrong += counts.Wrong[index];
                missed += counts.Missed[index];
            }

            return figure(right, wrong, missed);
        }
    }

    public override double Of(int index) =>
        counts.IsTold(index) ? figure(counts.Right[index], counts.Wrong[index], counts.Missed[index]) : double.NaN;

    public override bool IsKnown(int index) => counts.IsKnown(index);

    public override double Support(int index) => counts.True(index);

    public override void Clear() => counts.Clear();

    public override void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight) =>
        counts.Add(outputs, target, row, weight);
}
