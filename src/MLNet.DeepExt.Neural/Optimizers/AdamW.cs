namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// AdamW: the update of <see cref="Adam"/>, plus decoupled weight decay: α·λ_d·W is subtracted from every weight, with λ_d = 0.01 unless
/// <see cref="WeightDecay"/> is set. It is equivalent to a <see cref="Chain"/> of Adam and <see cref="DecayWeights"/>.
/// </summary>
/// <remarks>
/// Weights shrink by the same factor, independently of the scale of their gradients; an L2 penalty with Adam does not achieve this.
/// I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019. Equal to PyTorch's <c>torch.optim.AdamW</c>, except that
/// biases and the scales and shifts of normalization do not decay. Use the chain for a decay that changes during training.
/// </remarks>
public sealed record AdamW : AdaptiveMoments
{
    /// <summary>Creates the rule with its default values.</summary>
    public AdamW() { }

    /// <summary>Creates the rule with a step size and a weight decay of 0.01.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public AdamW(double learningRate) => LearningRate = learningRate;

    /// <summary>λ_d, at least 0; see <see cref="DecayWeights"/>. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        ApplyMoments(gradient, state, step);
        DecayWeights.Add(WeightDecay, gradient, parameters, step);
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        ValidateMoments();
        DecayWeights.Require(WeightDecay);
    }
}
