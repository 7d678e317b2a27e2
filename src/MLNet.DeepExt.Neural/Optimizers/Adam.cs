namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Adam: v = β₁·v + (1 - β₁)·g, s = β₂·s + (1 - β₂)·g², and the update α·v̂ / (√ŝ + ε) with the bias corrections
/// v̂ = v / (1 - β₁ᵗ) and ŝ = s / (1 - β₂ᵗ).
/// </summary>
/// <remarks>
/// Every parameter gets a step of about α, independently of the scale of its gradient, so the default suits most
/// networks. D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015. Equal to PyTorch's
/// <c>torch.optim.Adam</c>, with ε outside the root.
/// </remarks>
public sealed record Adam : AdaptiveMoments
{
    /// <summary>Creates the rule with its default values.</summary>
    public Adam() { }

    /// <summary>Creates the rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Adam(double learningRate) => LearningRate = learningRate;

    internal override bool TellsWeightsApart => false;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step) =>
        ApplyMoments(gradient, state, step);

    /// <inheritdoc/>
    public override void Validate() => ValidateMoments();
}
