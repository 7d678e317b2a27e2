namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// AdamW: the update of <see cref="Adam"/>, and beside it α·λ_d·W taken from every weight, with λ_d = 0.01 unless
/// <see cref="Optimizer.WeightDecay"/> says otherwise.
/// </summary>
/// <remarks>
/// Weights shrink by the same share whatever the scale of their gradients, which an L2 penalty under Adam does not achieve.
/// I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019. Equal to PyTorch's <c>torch.optim.AdamW</c> but that
/// biases and the scales and shifts of batch norm do not decay; Adam with that <see cref="Optimizer.WeightDecay"/> is the same rule.
/// </remarks>
public sealed record AdamW : AdaptiveMoments
{
    /// <summary>The rule with its default rates.</summary>
    public AdamW() => WeightDecay = 0.01;

    /// <summary>The rule with a step size, and a weight decay of 0.01.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public AdamW(double learningRate)
        : this() => LearningRate = learningRate;
}
