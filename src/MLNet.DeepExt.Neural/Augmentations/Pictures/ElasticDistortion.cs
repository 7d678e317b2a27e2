using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Moves every pixel on its own: its displacements to the side and downward are α times numbers uniform in [-1, 1), smoothed by a Gaussian
/// of deviation σ, so that neighbours move much alike. Handwriting varies so.
/// </summary>
/// <remarks>
/// Beyond the edges the numbers are 0. A displacement has the deviation α / (σ·√(12π)), about: of α = 34 and σ = 4, which suit digits of
/// 28 pixels, 1.4 pixels. P. Y. Simard, D. Steinkraus, J. C. Platt, "Best practices for convolutional neural networks applied to
/// visual document analysis", 2003.
/// </remarks>
/// <param name="Alpha">α, in pixels, above 0 and finite.</param>
/// <param name="Sigma">σ, in pixels, from 0.1 to 1000.</param>
public sealed record ElasticDistortion(float Alpha, float Sigma) : Movement
{
    /// <summary>
    /// Pixels of the longest side of a picture that is distorted: a row takes time with the product of its pixels and its sides.
    /// </summary>
    internal const int LongestSide = 2048;

    internal override void Apply(Canvas canvas, ref RandomSequence random) => canvas.Displace(this, ref random);

    private protected override OptionFault? FindFault() =>
        FaultUnless(
            Alpha > 0 && float.IsFinite(Alpha),
            nameof(Alpha),
            $"Alpha of an ElasticDistortion must be above 0 and finite but is {Alpha}; 34 suits digits of 28 pixels.")
        ?? FaultUnless(
            Sigma is >= 0.1f and <= 1000,
            nameof(Sigma),
            $"Sigma of an ElasticDistortion must be from 0.1 to 1000 but is {Sigma}; 4 suits digits of 28 pixels.");
}
