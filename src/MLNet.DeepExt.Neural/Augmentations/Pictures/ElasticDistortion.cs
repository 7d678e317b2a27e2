using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Displaces every pixel individually: horizontal and vertical displacements are α times numbers uniform in [-1, 1), smoothed by a Gaussian
/// of standard deviation σ, so that neighbours have similar displacements. This imitates the variation of handwriting.
/// </summary>
/// <remarks>
/// Outside the image the numbers are 0. The standard deviation of a displacement is about α / (σ·√(12π)): 1.4 pixels for α = 34 and σ = 4, which suit
/// digits of 28 pixels. P. Y. Simard, D. Steinkraus, J. C. Platt, "Best practices for convolutional neural networks applied to
/// visual document analysis", 2003.
/// </remarks>
/// <param name="Alpha">α, in pixels, above 0 and finite.</param>
/// <param name="Sigma">σ, in pixels, from 0.1 to 1000.</param>
public sealed record ElasticDistortion(float Alpha, float Sigma) : Movement
{
    /// <summary>
    /// The maximum side of a distorted image in pixels: the time of a row is proportional to the product of its pixels and its sides.
    /// </summary>
    internal const int LongestSide = 2048;

    internal override void Apply(Canvas canvas, ref RandomSequence random) => canvas.Displace(Alpha, Sigma, ref random);

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
