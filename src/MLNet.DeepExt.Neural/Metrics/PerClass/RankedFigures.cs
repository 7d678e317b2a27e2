using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The values of a metric of the order of outputs, for each class.</summary>
/// <param name="outputs">The number of outputs of the network.</param>
/// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
/// <param name="only">The single measured class, so that no other outputs are stored; null for all.</param>
/// <param name="figure">The value of one class; NaN if it is undefined for the rows.</param>
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

    /// <summary>Returns the output that orders rows for a class: a single output orders class 1; class 0 has exactly the opposite order.</summary>
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
