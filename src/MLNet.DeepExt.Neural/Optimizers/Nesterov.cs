namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Nesterov's accelerated gradient: v = β·v + (1 - β)·g from v = 0 as in <see cref="Momentum"/>, and the update
/// α·(β·v + (1 - β)·g), with the new v.
/// </summary>
/// <remarks>
/// The gradient of this step counts once more than in <see cref="Momentum"/>, as if it had been taken where momentum is about to
/// lead; it brakes earlier before the slope turns. PyTorch's <c>SGD(lr, momentum=β, nesterov=True)</c> leaves 1 - β out: it is the same
/// rule with lr = (1 - β)·α. Y. Nesterov, "A method for solving the convex programming problem with convergence rate O(1/k²)", 1983,
/// in the form of I. Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
/// </remarks>
public sealed record Nesterov : MomentumRule
{
    /// <summary>The rule with its default rates.</summary>
    public Nesterov() { }

    /// <summary>The rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Nesterov(double learningRate) => LearningRate = learningRate;

    private protected override bool LooksAhead => true;
}
