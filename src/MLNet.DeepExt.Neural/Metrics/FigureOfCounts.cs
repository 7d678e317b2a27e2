using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>One figure of what was said about all classes.</summary>
internal sealed class FigureOfCounts(DecisionCounts counts, Func<DecisionCounts, double> figure) : Measurement
{
    public override double Value => counts.IsEmpty ? double.NaN : figure(counts);

    public override void Clear() => counts.Clear();

    public override void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight) =>
        counts.Add(outputs, target, row, weight);
}
