using MLNet.DeepExt.Neural.Regularizers;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>How a network's gradient is checked.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>
    /// ε, above 0. Default 1e-5: the error of the quotient by curvature grows with ε², that by rounding with 1/ε, and in double they are
    /// about equal there.
    /// </summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>
    /// Whether dropout keeps one mask throughout. Default false: a network with dropout is refused, because it is better checked without.
    /// </summary>
    public bool HoldMask { get; init; }

    /// <summary>The price on weights that training adds to the cost. Default null: none.</summary>
    public Regularizer? Regularizer { get; init; }

    internal void Validate()
    {
        RequireEpsilon(Epsilon, nameof(Epsilon));
        Regularizer?.Validate();
    }

    internal static void RequireEpsilon(double epsilon, string name)
    {
        if (!(epsilon > 0 && double.IsFinite(epsilon)))
            throw new ArgumentException(FormattableString.Invariant($"{name} must be above 0 but is {epsilon}; 1e-5 is the usual value."), name);
    }
}
