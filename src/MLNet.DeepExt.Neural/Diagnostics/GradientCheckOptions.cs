using MLNet.DeepExt.Neural.Regularizers;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>The options of a gradient check.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>
    /// ε, above 0. Default 1e-5: the error of the quotient by curvature grows with ε², that by rounding with 1/ε, and in double precision they are
    /// about equal there.
    /// </summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>
    /// True if dropout keeps one mask during the check. Default false: a network with dropout is rejected, because it should be checked without
    /// dropout.
    /// </summary>
    public bool HoldMask { get; init; }

    /// <summary>The penalty on weights that training adds to the cost. Null (default) for none.</summary>
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
