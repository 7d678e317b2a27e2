using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>A figure for each class of how its rows stand in the order of its output.</summary>
/// <param name="outputs">Outputs of the network.</param>
/// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
/// <param name="only">The one class that is asked for, so that no other is kept; null for all.</param>
/// <param name="figure">The figure of one class; NaN where the rows do not tell it.</param>
internal sealed class RankedFigures(int outputs, int targetWidth, int? only, Func<Ranking, double> figure) : ClassFigures
{
    private readonly Ranking[] _rankings =
        [.. Enumerable.Range(0, DecisionCounts.ClassesOf(outputs, targetWidth)).Select(_ => new Ranking())];

    public override int Count => _rankings.Length;

    public override bool IsEmpty => Array.TrueForAll(_rankings, static ranking => ranking.IsEmpty);

    public override double Pooled => throw new NotSupportedException("Outputs of different classes have no common order.");

    public override double Of(int index) => figure(_rankings[index]);

    public override bool IsKnown(int index) => !_rankings[index].IsEmpty;

    public override double Support(int index) => _rankings[index].Yes;

    /// <summary>What orders rows for a class: a single output orders class 1; class 0 has the opposite order, to the last digit.</summary>
    public static float ScoreOf(ReadOnlySpan<float> outputs, int index) =>
        outputs.Length > 1 ? outputs[index] : index == 1 ? outputs[0] : -outputs[0];

    public override void Clear()
    {
        foreach (Ranking ranking in _rankings)
            ranking.Clear();
    }

    public override void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
    {
        for (int index = only ?? 0; index <= (only ?? Count - 1); index++)
        {
            if (targetWidth == 0)
                _rankings[index].Add(ScoreOf(outputs, index), target.Classes[row] == index, weight);
            else if (target.Values!.Row(row)[index] is var label && !float.IsNaN(label))
                _rankings[index].Add(outputs[index], Decision.IsYes(label), weight);
        }
    }
}
