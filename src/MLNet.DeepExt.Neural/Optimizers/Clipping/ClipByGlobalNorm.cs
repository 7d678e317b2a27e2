namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Limits the norm of the gradient of all parameters together: a gradient with ‖g‖₂ > limit is scaled to ‖g‖₂ = limit. It keeps its
/// direction.</summary>
/// <param name="Limit">The largest norm, above 0; 1 is usual.</param>
/// <remarks>
/// PyTorch's <c>clip_grad_norm_</c>, which adds 1e-6 to the norm that it divides by, and Keras's <c>global_clipnorm</c>. R. Pascanu et al.,
/// "On the difficulty of training recurrent neural networks", 2013.
/// </remarks>
public sealed record ClipByGlobalNorm(double Limit) : GradientClipping
{
    /// <inheritdoc/>
    public override double Limit { get; init; } = Limit;

    /// <inheritdoc/>
    public override TransformReach Reach => TransformReach.Norms;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        if (step.GlobalNorm > Limit)
            UpdateLoop.Run(new Scale<T>(Limit / step.GlobalNorm), gradient, parameters, state);
    }
}
