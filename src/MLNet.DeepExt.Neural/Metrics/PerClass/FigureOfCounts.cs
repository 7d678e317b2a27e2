using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>A metric that is one value of the confusion counts of all classes.</summary>
internal sealed class FigureOfCounts(DecisionCounts counts, Func<DecisionCounts, double> figure) : Measurement
{
    protected override double ValueOfRows => counts.IsEmpty ? double.NaN : figure(counts);

    protected override void ClearRows() => counts.Clear();

    protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight) =>
        counts.Add(outputs, target, row, weight);
}
