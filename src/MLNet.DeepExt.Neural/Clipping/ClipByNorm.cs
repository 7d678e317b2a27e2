namespace MLNet.DeepExt.Neural.Clipping;

/// <summary>
/// The gradient of each weight matrix, bias, scale or shift is shortened to ‖g‖₂ = limit where it is longer. It keeps its direction
/// within each of them, not as a whole.
/// </summary>
/// <param name="Limit">The largest norm of each, above 0.</param>
/// <remarks>Equal to Keras's <c>clipnorm</c>. R. Pascanu et al., "On the difficulty of training recurrent neural networks", 2013.</remarks>
public sealed record ClipByNorm(double Limit) : GradientClipping
{
    /// <inheritdoc/>
    public override double Limit { get; init; } = Limit;

    internal override bool NeedsNorms => true;

    internal override void Clip<T>(Span<T> gradient, double norm, double globalNorm) => Scale(gradient, norm);
}
