namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>Gradient times input: cᵢ = xᵢ·∂f/∂xᵢ, what the network would say of the row if it were linear. One pass for a row.</summary>
/// <remarks>
/// Exact for a linear network, where contributions and bias add up to the output. Where units saturate, gradients there are near 0 though the
/// input matters; <see cref="IntegratedGradients"/> sees it. A. Shrikumar et al., "Not just a black box", 2016.
/// </remarks>
public sealed record GradientTimesInput : Attribution
{
    internal override int Points => 1;

    internal override void Validate() { }

    internal override void WritePoint(int point, ReadOnlySpan<float> row, Span<float> inputs) => row.CopyTo(inputs);
}
