using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Statistics;

/// <summary>The standard normal distribution: Φ, from its tail, and its inverse.</summary>
/// <remarks>
/// Sources: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", 1988 (PPND16, relative error about 10⁻¹⁶);
/// J. F. Hart et al., "Computer approximations", 1968, number 5666, as in G. West, "Better approximations to cumulative normal functions",
/// 2005.
/// </remarks>
internal static class NormalDistribution
{
    // AS 241: the middle is |p - ½| ≤ 0.425, with q = p - ½ and r = 0.425² - q²; outside, r = √(-ln min(p, 1 - p)), less 1.6 up to 5 and
    // less 5 beyond.
    private const double Middle = 0.425;
    private const double Shift = 1.6;
    private const double Far = 5;

    private static readonly Polynomial MiddleNumerator = new(
        3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
        4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3);

    private static readonly Polynomial MiddleDenominator = new(
        1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
        2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3);

    private static readonly Polynomial OuterNumerator = new(
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4);

    private static readonly Polynomial OuterDenominator = new(
        1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9);

    private static readonly Polynomial FarNumerator = new(
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7);

    private static readonly Polynomial FarDenominator = new(
        1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15);

    private static readonly Polynomial TailNumerator = new(
        220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165, 0.700383064443688, 3.52624965998911e-2);

    private static readonly Polynomial TailDenominator = new(
        440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461, 16.064177579207, 1.75566716318264,
        8.83883476483184e-2);

    /// <summary>Φ⁻¹(p), for p in (0, 1).</summary>
    public static double Quantile(double p)
    {
        double q = p - 0.5;
        if (Math.Abs(q) <= Middle)
            return q * Ratio(MiddleNumerator, MiddleDenominator, Middle * Middle - q * q);
        double r = Math.Sqrt(-Math.Log(Math.Min(p, 1 - p)));
        double distance = r <= Far ? Ratio(OuterNumerator, OuterDenominator, r - Shift) : Ratio(FarNumerator, FarDenominator, r - Far);
        return Math.CopySign(distance, q);
    }

    /// <summary>Φ(-x), for x from 0 to 7: within 4·10⁻¹⁶, and up to 5.2 within 10⁻¹⁰ of what it is.</summary>
    public static double Tail(double x) => Math.Exp(x * x * -0.5) * Ratio(TailNumerator, TailDenominator, x);

    /// <summary>Takes down <see cref="Quantile"/> as operators, for p from 1.4·10⁻¹¹ to 1 less that.</summary>
    public static string EmitQuantile(IOperatorGraph graph, string p)
    {
        string q = graph.Operator("Sub", [p, Number(graph, 0.5)]);
        string square = graph.Operator("Sub", [Number(graph, Middle * Middle), graph.Operator("Mul", [q, q])]);
        string middle = graph.Operator("Mul", [q, Ratio(graph, MiddleNumerator, MiddleDenominator, square)]);

        string nearer = graph.Operator("Min", [p, graph.Operator("Sub", [Number(graph, 1), p])]);
        string root = graph.Operator("Sqrt", [graph.Operator("Neg", [graph.Operator("Log", [nearer])])]);
        string r = graph.Operator("Sub", [root, Number(graph, Shift)]);
        string outer = graph.Operator("Mul", [graph.Operator("Sign", [q]), Ratio(graph, OuterNumerator, OuterDenominator, r)]);

        string isMiddle = graph.Operator("LessOrEqual", [graph.Operator("Abs", [q]), Number(graph, Middle)]);
        return graph.Operator("Where", [isMiddle, middle, outer]);
    }

    /// <summary>Takes down <see cref="Tail"/> as operators.</summary>
    public static string EmitTail(IOperatorGraph graph, string x)
    {
        string half = graph.Operator("Mul", [graph.Operator("Mul", [x, x]), Number(graph, -0.5)]);
        return graph.Operator("Mul", [graph.Operator("Exp", [half]), Ratio(graph, TailNumerator, TailDenominator, x)]);
    }

    private static double Ratio(Polynomial numerator, Polynomial denominator, double x) => numerator.At(x) / denominator.At(x);

    private static string Ratio(IOperatorGraph graph, Polynomial numerator, Polynomial denominator, string x) =>
        graph.Operator("Div", [numerator.Emit(graph, x), denominator.Emit(graph, x)]);

    private static string Number(IOperatorGraph graph, double number) => graph.Constant("number", [number], 1);
}
