namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The outputs y = g(x) of an activation at which its slope g' is at most a few hundredths of its largest, so that as good as no gradient
/// passes: those of at most <see cref="Low"/> and those of at least <see cref="High"/>.
/// </summary>
/// <param name="Low">The highest of the low ones; -∞ if there are none.</param>
/// <param name="High">The lowest of the high ones; +∞ if there are none.</param>
/// <param name="AreDead">Whether g' is exactly 0 there: a unit whose outputs all are learns nothing.</param>
public readonly record struct FlatOutputs(double Low, double High, bool AreDead)
{
    // Tanh' is then at most 0.02, sigmoid' at most 0.01, and the slope of what has a low end alone 1 % of it.
    private const double Margin = 0.01;

    /// <summary>No output tells that g' is small.</summary>
    public static FlatOutputs None => new(double.NegativeInfinity, double.PositiveInfinity, false);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => double.IsNegativeInfinity(Low) && double.IsPositiveInfinity(High);

    /// <summary>g' is exactly 0 below a bound.</summary>
    /// <param name="bound">The bound.</param>
    public static FlatOutputs NotAbove(double bound) => new(bound, double.PositiveInfinity, true);

    /// <summary>g comes nearer and nearer to an end without reaching it.</summary>
    /// <param name="low">The low end.</param>
    /// <param name="high">The high end.</param>
    public static FlatOutputs NearEnds(double low, double high) =>
        new(low + Margin, high - Margin, false);

    /// <summary>g comes nearer and nearer to a low end, and has none above.</summary>
    /// <param name="end">The end, below 0.</param>
    public static FlatOutputs NearLowEnd(double end) => new(end * (1 - Margin), double.PositiveInfinity, false);

    /// <summary>Whether an output is one of them.</summary>
    /// <param name="y">The output.</param>
    public bool Contains(double y) => y <= Low || y >= High;
}
