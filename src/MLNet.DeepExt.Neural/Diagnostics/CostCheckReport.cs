namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>The result of a cost check.</summary>
public sealed class CostCheckReport
{
    // The cost is computed in float.
    private const double Rounding = 1e-6;

    private readonly double _learningRate;

    internal CostCheckReport(IReadOnlyList<double> costs, double learningRate)
    {
        Costs = costs;
        _learningRate = learningRate;
        FirstRise = Rises(costs, costs.Count - 1) ? costs.Count - 1 : null;
    }

    /// <summary>
    /// J after 0, 1, 2, … steps, up to the first increase; +∞ in the last place if the cost or a weight became infinite or NaN.
    /// </summary>
    public IReadOnlyList<double> Costs { get; }

    /// <summary>The number of the first step, counted from 1, that increased J; null if there was none.</summary>
    public int? FirstRise { get; }

    /// <summary>The first step that increased the cost, or that there was none, with the costs, and the remedy.</summary>
    public override string ToString() => FirstRise is { } step
        ? FormattableString.Invariant($"The cost rose in step {step}, from {Costs[step - 1]:g6} to {Costs[step]:g6}; use a learning rate below ")
            + FormattableString.Invariant($"{_learningRate}. If it rises at any rate, see whether the gradient is right (GradientCheck).")
        : FormattableString.Invariant($"No step of {Costs.Count - 1} raised the cost: it went from {Costs[0]:g6} to {Costs[^1]:g6}.");

    /// <summary>True if the last of this number of steps increased J.</summary>
    internal static bool Rises(IReadOnlyList<double> costs, int steps) =>
        steps > 0 && costs[steps] > costs[steps - 1] + Rounding * Math.Abs(costs[steps - 1]);
}
