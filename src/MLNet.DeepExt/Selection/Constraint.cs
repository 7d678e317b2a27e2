namespace MLNet.DeepExt.Selection;

/// <summary>What a model has to be good enough at: a criterion and its bounds, both of which are allowed values themselves.</summary>
/// <param name="Criterion">The criterion.</param>
/// <param name="AtLeast">The least value that is allowed; null, none.</param>
/// <param name="AtMost">The largest value that is allowed; null, none.</param>
public sealed record Constraint(Criterion Criterion, double? AtLeast, double? AtMost)
{
    /// <summary>Such as <c>accuracy at least 0.9</c>.</summary>
    public override string ToString() => (AtLeast, AtMost) switch
    {
        ({ } least, { } most) => FormattableString.Invariant($"{Criterion.Description} at least {least} and at most {most}"),
        ({ } least, null) => FormattableString.Invariant($"{Criterion.Description} at least {least}"),
        _ => FormattableString.Invariant($"{Criterion.Description} at most {AtMost}"),
    };

    /// <summary>
    /// How far a value is beyond the bound, as a share of it: |value - bound| / |bound|, or |value| where the bound is 0, which has no
    /// shares; 0 where it is met.
    /// </summary>
    /// <param name="value">The value; NaN violates any bound, infinitely.</param>
    internal double ViolationOf(double value) =>
        double.IsNaN(value) ? double.PositiveInfinity
        : value < AtLeast ? Relative(value, AtLeast.Value)
        : value > AtMost ? Relative(value, AtMost.Value)
        : 0;

    /// <summary>What is wrong with a value, such as <c>latency ms is 1500 but at most 100 is allowed</c>; null if nothing is.</summary>
    internal string? FaultOf(double value) =>
        double.IsNaN(value) ? null
        : value < AtLeast ? Fault(value, AtLeast.Value, "at least", "needed")
        : value > AtMost ? Fault(value, AtMost.Value, "at most", "allowed")
        : null;

    private string Fault(double value, double bound, string side, string verb) =>
        $"{Criterion.Name} is {FigureText.Beside(value, bound)} but {side} {FigureText.Exact(bound)} is {verb}";

    private static double Relative(double value, double bound) => Math.Abs(value - bound) / (bound == 0 ? 1 : Math.Abs(bound));
}
