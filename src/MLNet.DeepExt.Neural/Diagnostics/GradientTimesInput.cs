namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>Gradient times input: cᵢ = xᵢ·∂f/∂xᵢ, the contributions of a linear approximation of the network. It needs one pass per row.</summary>
/// <remarks>
/// Exact for a linear network, for which contributions and bias add up to the output. If units saturate, gradients are near 0 although the
/// input matters; <see cref="IntegratedGradients"/> accounts for that. A. Shrikumar et al., "Not just a black box", 2016.
/// </remarks>
public sealed record GradientTimesInput : Attribution
{
    internal override int Points => 1;

    internal override void Validate() { }

    internal override void WritePoint(int point, ReadOnlySpan<float> row, Span<float> inputs) => row.CopyTo(inputs);
}
