namespace MLNet.DeepExt.Neural.Clipping;

/// <summary>The gradient of all parameters together is shortened to ‖g‖₂ = limit where it is longer. It keeps its direction.</summary>
/// <param name="Limit">The largest norm, above 0; 1 is usual.</param>
/// <remarks>
/// PyTorch's <c>clip_grad_norm_</c>, which adds 1e-6 to the norm that it divides by, and Keras's <c>global_clipnorm</c>. R. Pascanu et al.,
/// "On the difficulty of training recurrent neural networks", 2013.
/// </remarks>
public sealed record ClipByGlobalNorm(double Limit) : GradientClipping
{
    /// <inheritdoc/>
    public override double Limit { get; init; } = Limit;

    internal override bool NeedsNorms => true;

    internal override void Clip<T>(Span<T> gradient, double norm, double globalNorm) => Scale(gradient, globalNorm);
}
