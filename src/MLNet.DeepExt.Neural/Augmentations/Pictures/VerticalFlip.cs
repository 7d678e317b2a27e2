using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>Mirrors an image vertically. Use it for images without a natural up and down, such as cells or satellite images.</summary>
public sealed record VerticalFlip : Movement
{
    /// <summary>Creates the augmentation with its default options (Probability 0.5).</summary>
    public VerticalFlip() => Probability = 0.5;

    internal override void Apply(Canvas canvas, ref RandomSequence random) => canvas.Move(AffineMap.Scale(1, -1));

    private protected override OptionFault? FindFault() => null;
}
