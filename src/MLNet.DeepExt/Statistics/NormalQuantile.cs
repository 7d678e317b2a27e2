namespace MLNet.DeepExt.Statistics;

/// <summary>Below which number a normal variable with mean 0 and variance 1 is with a given probability.</summary>
/// <remarks>
/// Accurate to about 16 digits. Source: M. J. Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution, Applied
/// Statistics 37 (1988), PPND16.
/// </remarks>
internal static class NormalQuantile
{
    private const double CentralHalfWidth = 0.425;
    private const double TailSplit = 5;

    // Numerators and denominators, the constant first: near the middle, in the tail, far out in it.
    private static readonly double[] CentralAbove =
    [
        3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
        4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
    ];

    private static readonly double[] CentralBelow =
    [
        1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
        2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
    ];

    private static readonly double[] TailAbove =
    [
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ];

    private static readonly double[] TailBelow =
    [
        1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ];

    private static readonly double[] FarAbove =
    [
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ];

    private static readonly double[] FarBelow =
    [
        1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ];

    /// <param name="probability">In (0, 1).</param>
    public static double Of(double probability)
    {
        double fromMiddle = probability - 0.5;
        if (Math.Abs(fromMiddle) <= CentralHalfWidth)
            return fromMiddle * Ratio(CentralAbove, CentralBelow, CentralHalfWidth * CentralHalfWidth - fromMiddle * fromMiddle);

        double r = Math.Sqrt(-Math.Log(Math.Min(probability, 1 - probability)));
        double distance = r <= TailSplit ? Ratio(TailAbove, TailBelow, r - 1.6) : Ratio(FarAbove, FarBelow, r - TailSplit);
        return Math.CopySign(distance, fromMiddle);
    }

    private static double Ratio(double[] above, double[] below, double x) => Polynomial(above, x) / Polynomial(below, x);

    private static double Polynomial(double[] coefficients, double x)
    {
        double value = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
            value = value * x + coefficients[i];
        return value;
    }
}
