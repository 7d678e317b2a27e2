namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Gradient descent with momentum: v = β·v + (1 - β)·g from v = 0, and the update α·v.</summary>
/// <remarks>
/// The update is an average of the last gradients: opposite components cancel, and common components add up. There is no bias correction by
/// default, so the first steps are small. PyTorch's <c>SGD(lr, momentum=β)</c> omits the factor 1 - β: it is the same rule with lr = (1 - β)·α,
/// which for β = 0.9 is a tenth of the rate here. B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
/// </remarks>
public sealed record Momentum : MomentumRule
{
    /// <summary>Creates the rule with its default values.</summary>
    public Momentum() { }

    /// <summary>Creates the rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Momentum(double learningRate) => LearningRate = learningRate;

    private protected override bool LooksAhead => false;
}
