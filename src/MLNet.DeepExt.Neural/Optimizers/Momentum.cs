namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Gradient descent with momentum: v = β·v + (1 - β)·g from v = 0, and the update α·v.</summary>
/// <remarks>
/// The average of the last gradients: what points to and fro cancels out, what they agree on adds up. No bias is corrected, so
/// that the first steps are small. PyTorch's <c>SGD(lr, momentum=β)</c> leaves 1 - β out: it is the same rule with
/// lr = (1 - β)·α, which for β = 0.9 is a tenth of the rate here. B. Polyak, "Some methods of speeding up the convergence of
/// iteration methods", 1964.
/// </remarks>
public sealed record Momentum : MomentumRule
{
    /// <summary>The rule with its default rates.</summary>
    public Momentum() { }

    /// <summary>The rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Momentum(double learningRate) => LearningRate = learningRate;

    private protected override bool LooksAhead => false;
}
