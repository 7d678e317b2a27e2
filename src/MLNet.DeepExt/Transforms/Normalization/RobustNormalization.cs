using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Transforms.Normalization;

/// <summary>Median and quartiles of every slot of a column, learned on training data, and a smooth clip.</summary>
/// <remarks>
/// With median m, quartiles q₂₅ and q₇₅:
///
/// x' = s·(x - m),   s = 1 / (q₇₅ - q₂₅),   y = x' / √(1 + (x'/3)²)
///
/// So half of the values are less than one apart, outliers stay within ±3, and the order is kept. Where the quartiles are equal, as they
/// are of a column that is mostly 0, s = 2 / (maximum - minimum); a slot whose values did not vary gives 0.
///
/// Back: x = x'/s + m, x' = y / √(1 - (y/3)²), and of a constant slot its constant. y is single precision, so that an outlier far out comes
/// back with a relative error of about (x'/3)²·10⁻⁷; what lies at or beyond ±3 comes back as what is just within, x' = ±7,525 or so.
///
/// Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular data", 2024.
/// </remarks>
public sealed class RobustNormalization : QuantileNormalization
{
    private const int Points = 5; // minimum, quartile, median, quartile, maximum
    private const double Limit = 3;

    // The last float before the limit, where the inverse is still finite.
    private static readonly double WithinLimit = MathF.BitDecrement((float)Limit);

    private readonly double[] _medians;
    private readonly double[] _scales; // 0 where the values did not vary

    internal RobustNormalization(int[] statisticOfSlot, double[][] quartiles)
        : base(statisticOfSlot, quartiles)
    {
        _medians = Array.ConvertAll(quartiles, Median);
        _scales = Array.ConvertAll(quartiles, Scale);
    }

    internal static NormalizationLearner CreateLearner(SlotPlan plan) => CreateLearner(plan, _ => Points, Create);

    internal static InputNormalization Load(ContentReader reader) => Load(reader, points => points == Points, Create);

    private protected override double Normalize(int statistic, double x)
    {
        double scaled = (x - _medians[statistic]) * _scales[statistic];
        return scaled / Math.Sqrt(1 + scaled / Limit * (scaled / Limit));
    }

    private protected override double Denormalize(int statistic, double y)
    {
        double within = Math.Clamp(y, -WithinLimit, WithinLimit);
        double scaled = within / Math.Sqrt(1 - within / Limit * (within / Limit));
        return scaled * Inverse(_scales[statistic]) + _medians[statistic];
    }

    private protected override string EmitNormalizeFinite(IOperatorGraph graph, string x)
    {
        string centred = graph.Operator("Sub", [x, BySlot(graph, "medians", quartiles => [Median(quartiles)])]);
        string scaled = graph.Operator("Mul", [centred, BySlot(graph, "scales", quartiles => [Scale(quartiles)])]);
        return EmitDivision(graph, scaled, "Add");
    }

    private protected override string EmitDenormalizeFinite(IOperatorGraph graph, string y)
    {
        string within = Clip(graph, y, -WithinLimit, WithinLimit);
        string scaled = EmitDivision(graph, within, "Sub");
        string spread = graph.Operator("Mul", [scaled, BySlot(graph, "ranges", quartiles => [Inverse(Scale(quartiles))])]);
        return graph.Operator("Add", [spread, BySlot(graph, "medians", quartiles => [Median(quartiles)])]);
    }

    // value / √(1 ± (value/3)²)
    private static string EmitDivision(IOperatorGraph graph, string value, string sign)
    {
        string ratio = graph.Operator("Div", [value, graph.Constant("limit", [Limit], 1)]);
        string square = graph.Operator("Mul", [ratio, ratio]);
        string sum = graph.Operator(sign, [graph.Constant("one", [1.0], 1), square]);
        return graph.Operator("Div", [value, graph.Operator("Sqrt", [sum])]);
    }

    private static RobustNormalization Create(int[] statisticOfSlot, double[][] quartiles) => new(statisticOfSlot, quartiles);

    private static double Median(double[] quartiles) => quartiles[2];

    private static double Scale(double[] quartiles) =>
        quartiles[3] > quartiles[1] ? 1 / (quartiles[3] - quartiles[1]) : 2 * Inverse(quartiles[4] - quartiles[0]);

    private static double Inverse(double number) => number == 0 ? 0 : 1 / number;
}
