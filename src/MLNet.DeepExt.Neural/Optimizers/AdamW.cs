namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// AdamW: the update of <see cref="Adam"/>, and beside it α·λ_d·W taken from every weight, with λ_d = 0.01 unless
/// <see cref="WeightDecay"/> is set. It is short for a <see cref="Chain"/> of Adam and <see cref="DecayWeights"/>.
/// </summary>
/// <remarks>
/// Weights shrink by the same share whatever the scale of their gradients, which an L2 penalty under Adam does not achieve.
/// I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019. Equal to PyTorch's <c>torch.optim.AdamW</c> but that
/// biases and the scales and shifts of normalization do not decay. For a decay that changes in the course of training, use that chain.
/// </remarks>
public sealed record AdamW : AdaptiveMoments
{
    /// <summary>The rule with its default rates.</summary>
    public AdamW() { }

    /// <summary>The rule with a step size, and a weight decay of 0.01.</summary>
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
