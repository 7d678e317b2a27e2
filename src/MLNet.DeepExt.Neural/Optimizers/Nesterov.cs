namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Nesterov's accelerated gradient: v = β·v + (1 - β)·g from v = 0 as in <see cref="Momentum"/>, and the update
/// α·(β·v + (1 - β)·g), with the new v.
/// </summary>
/// <remarks>
/// The current gradient has more weight than in <see cref="Momentum"/>, as if it were computed at the point to which the momentum leads. The update
/// therefore slows down earlier when the slope changes. PyTorch's <c>SGD(lr, momentum=β, nesterov=True)</c> omits 1 - β: it is the same rule with
/// lr = (1 - β)·α. Y. Nesterov, "A method for solving the convex programming problem with convergence rate O(1/k²)", 1983, in the form of I.
/// Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
/// </remarks>
public sealed record Nesterov : MomentumRule
{
    /// <summary>Creates the rule with its default values.</summary>
    public Nesterov() { }

    /// <summary>Creates the rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Nesterov(double learningRate) => LearningRate = learningRate;

    private protected override bool LooksAhead => true;
}
