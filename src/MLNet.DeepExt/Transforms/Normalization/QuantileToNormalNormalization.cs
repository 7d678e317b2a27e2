using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Statistics;

namespace MLNet.DeepExt.Transforms.Normalization;

/// <summary>Up to 1,000 quantiles of every slot of a column, learned on training data, by which its values become normal.</summary>
/// <remarks>
/// With quantiles q₀ ≤ … ≤ qₙ, n + 1 of them at equally spaced ranks (as many as there are values, but 1,000 at most), and Φ the cumulative
/// distribution function of the standard normal distribution:
///
/// y = Φ⁻¹(p),   p = (i + (x - qᵢ) / (qᵢ₊₁ - qᵢ)) / n   for qᵢ &lt; x &lt; qᵢ₊₁
///
/// Where x equals several quantiles, i is the mean of the first and the last. p is kept within 10⁻⁷ and 1 - 10⁻⁷, so that y lies within
/// ±5.1993. A slot whose values did not vary gives 0.
///
/// Back: x = qᵢ + (qᵢ₊₁ - qᵢ)·(n·p - i), p = Φ(y), i the whole part of n·p; a constant slot comes back as its constant, what lies outside
/// the training data as its smallest or largest value.
///
/// So does QuantileTransformer of scikit-learn (output_distribution="normal"), but that there the smallest value is -5.2 and the largest
/// 5.2 also where many rows have it, and a constant slot -5.2. Where most rows have 0, it is better for a network to have them near the
/// others, at the mean of their ranks.
/// </remarks>
public sealed class QuantileToNormalNormalization : QuantileNormalization
{
    private const int MostPoints = 1000;

    // As scikit-learn has it: 1e-7 less the spacing of numbers at 1.
    private const double LowestRank = 1e-7 - 2.220446049250313e-16;

    // Steps that have no width: all of the way but for equality, where they are half of it.
    private const double Steep = 1e300;

    private static readonly double Largest = -NormalDistribution.Quantile(LowestRank);

    // Of the number that the end of the ranks becomes in single precision, a little more than the lowest rank.
    private static readonly double LowestTail = NormalDistribution.Tail(MathF.BitDecrement((float)Largest));

    private readonly double[][] _quantiles; // by statistic

    internal QuantileToNormalNormalization(int[] statisticOfSlot, double[][] quantiles)
        : base(statisticOfSlot, quantiles)
    {
        _quantiles = quantiles;
    }

    internal static NormalizationLearner CreateLearner(SlotPlan plan) =>
        CreateLearner(plan, count => (int)Math.Clamp(count, 2, MostPoints), Create);

    internal static InputNormalization Load(ContentReader reader) => Load(reader, points => points is >= 2 and <= MostPoints, Create);

    private protected override double Normalize(int statistic, double x)
    {
        double[] quantiles = _quantiles[statistic];
        if (IsConstant(quantiles))
            return 0;
        double rank = PlaceOf(quantiles, x) / (quantiles.Length - 1);
        return NormalDistribution.Quantile(Math.Clamp(rank, LowestRank, 1 - LowestRank));
    }

    private protected override double Denormalize(int statistic, double y)
    {
        double[] quantiles = _quantiles[statistic];
        double tail = NormalDistribution.Tail(Math.Min(Math.Abs(y), Largest));
        if (tail <= LowestTail)
            tail = 0;
        double place = (y < 0 ? tail : 1 - tail) * (quantiles.Length - 1);
        int before = Math.Min((int)place, quantiles.Length - 2);
        return quantiles[before] + (quantiles[before + 1] - quantiles[before]) * (place - before);
    }

    private protected override string EmitNormalizeFinite(IOperatorGraph graph, string x)
    {
        int steps = _quantiles[0].Length - 1;
        // The place is the sum of how far x is through each step: (rows, slots, steps).
        string distances = graph.Operator("Sub", [WithSteps(graph, x), BySlot(graph, "quantiles", quantiles => quantiles[..^1])]);
        string slopes = BySlot(graph, "slopes", quantiles => Steps(
            quantiles, width => width > 0 ? 1 / width : IsConstant(quantiles) ? 0 : Steep));
        string halves = BySlot(graph, "halves", quantiles => Steps(quantiles, width => width > 0 ? 0 : 0.5));
        string done = Clip(graph, graph.Operator("Add", [graph.Operator("Mul", [distances, slopes]), halves]), 0, 1);
        string rank = Clip(graph, Sum(graph, done, steps, 1.0 / steps), LowestRank, 1 - LowestRank);
        return NormalDistribution.EmitQuantile(graph, rank);
    }

    private protected override string EmitDenormalizeFinite(IOperatorGraph graph, string y)
    {
        int steps = _quantiles[0].Length - 1;
        string zero = graph.Constant("zero", [0.0], 1);
        string raw = NormalDistribution.EmitTail(graph, Clip(graph, graph.Operator("Abs", [y]), 0, Largest));
        string isEnd = graph.Operator("LessOrEqual", [raw, graph.Constant("lowest", [LowestTail], 1)]);
        string tail = graph.Operator("Where", [isEnd, zero, raw]);
        string upper = graph.Operator("Sub", [graph.Constant("one", [1.0], 1), tail]);
        string rank = graph.Operator("Where", [graph.Operator("Less", [y, zero]), tail, upper]);
        string place = graph.Operator("Mul", [rank, graph.Constant("steps", [(double)steps], 1)]);
        double[] numbers = [.. Enumerable.Range(0, steps).Select(step => (double)step)];
        string done = Clip(graph, graph.Operator("Sub", [WithSteps(graph, place), graph.Constant("numbers", numbers, steps)]), 0, 1);
        string way = graph.Operator("Mul", [done, BySlot(graph, "widths", quantiles => Steps(quantiles, width => width))]);
        return graph.Operator("Add", [Sum(graph, way, steps, 1), BySlot(graph, "smallest", quantiles => [quantiles[0]])]);
    }

    // (rows, slots) → (rows, slots, 1)
    private string WithSteps(IOperatorGraph graph, string values) =>
        graph.Operator("Reshape", [values, graph.Constant("shape", -1, SlotCount, 1)]);

    // (rows, slots, steps) → (rows, slots)
    private static string Sum(IOperatorGraph graph, string values, int steps, double weight) =>
        graph.Operator("MatMul", [values, graph.Constant("weights", Enumerable.Repeat(weight, steps).ToArray(), steps)]);

    private static double[] Steps(double[] quantiles, Func<double, double> numberOf) =>
        [.. quantiles.Zip(quantiles.Skip(1), (first, second) => numberOf(second - first))];

    private static QuantileToNormalNormalization Create(int[] statisticOfSlot, double[][] quantiles) => new(statisticOfSlot, quantiles);

    private static bool IsConstant(double[] quantiles) => quantiles[0] == quantiles[^1];

    /// <summary>Where x stands among the quantiles, 0 at the first, in the middle of those that it equals.</summary>
    private static double PlaceOf(double[] quantiles, double x)
    {
        int first = CountBelow(quantiles, x);
        int end = CountBelow(quantiles, Math.BitIncrement(x));
        if (first < end)
            return (first + end - 1) / 2.0;
        if (first == 0 || first == quantiles.Length)
            return first == 0 ? 0 : first - 1;
        return first - 1 + (x - quantiles[first - 1]) / (quantiles[first] - quantiles[first - 1]);
    }

    private static int CountBelow(double[] quantiles, double x)
    {
        int from = 0;
        for (int to = quantiles.Length; from < to;)
        {
            int middle = (from + to) / 2;
            if (quantiles[middle] < x)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }
}
