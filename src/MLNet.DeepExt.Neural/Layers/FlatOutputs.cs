namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The outputs y = g(x) of an activation at which its slope g' is at most a few hundredths of its maximum, so that almost no gradient
/// passes: outputs of at most <see cref="Low"/> and outputs of at least <see cref="High"/>.
/// </summary>
/// <param name="Low">The upper bound of the low flat outputs; -∞ if there are none.</param>
/// <param name="High">The lower bound of the high flat outputs; +∞ if there are none.</param>
/// <param name="AreDead">True if g' is exactly 0 there. A unit with only such outputs learns nothing.</param>
public readonly record struct FlatOutputs(double Low, double High, bool AreDead)
{
    // Tanh' is then at most 0.02, sigmoid' at most 0.01, and the slope of a function with only a lower limit is 1 % of its maximum.
    private const double Margin = 0.01;

    /// <summary>No flat outputs.</summary>
    public static FlatOutputs None => new(double.NegativeInfinity, double.PositiveInfinity, false);

    /// <summary>True if there are no flat outputs.</summary>
    public bool IsEmpty => double.IsNegativeInfinity(Low) && double.IsPositiveInfinity(High);

    /// <summary>The flat outputs of a function with g' = 0 at or below a bound.</summary>
    /// <param name="bound">The bound.</param>
    public static FlatOutputs NotAbove(double bound) => new(bound, double.PositiveInfinity, true);

    /// <summary>The flat outputs of a function that approaches two limits without reaching them.</summary>
    /// <param name="low">The lower limit.</param>
    /// <param name="high">The upper limit.</param>
    public static FlatOutputs NearEnds(double low, double high) =>
        new(low + Margin, high - Margin, false);

    /// <summary>The flat outputs of a function that approaches a lower limit and has no upper limit.</summary>
    /// <param name="end">The lower limit, below 0.</param>
    public static FlatOutputs NearLowEnd(double end) => new(end * (1 - Margin), double.PositiveInfinity, false);

    /// <summary>True if an output is flat.</summary>
    /// <param name="y">The output.</param>
    public bool Contains(double y) => y <= Low || y >= High;
}
