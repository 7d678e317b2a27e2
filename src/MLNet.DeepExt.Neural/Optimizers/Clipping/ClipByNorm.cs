namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Limits the norm of the gradient of each weight matrix, bias, scale or shift: a gradient with ‖g‖₂ > limit is scaled to ‖g‖₂ = limit. Each keeps
/// its direction, but the direction of the whole gradient changes.
/// </summary>
/// <param name="Limit">The largest norm of each, above 0.</param>
/// <remarks>Equal to Keras's <c>clipnorm</c>. R. Pascanu et al., "On the difficulty of training recurrent neural networks", 2013.</remarks>
public sealed record ClipByNorm(double Limit) : GradientClipping
{
    /// <inheritdoc/>
    public override double Limit { get; init; } = Limit;

    /// <inheritdoc/>
    public override TransformReach Reach => TransformReach.Norms;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        if (step.Norm > Limit)
            UpdateLoop.Run(new Scale<T>(Limit / step.Norm), gradient, parameters, state);
    }
}
