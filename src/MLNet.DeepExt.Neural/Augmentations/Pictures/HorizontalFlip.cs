using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>Mirrors an image horizontally. Use it if a mirrored image has the same label: objects and scenes, but not digits.</summary>
public sealed record HorizontalFlip : Movement
{
    /// <summary>Creates the augmentation with its default options (Probability 0.5).</summary>
    public HorizontalFlip() => Probability = 0.5;

    internal override void Apply(Canvas canvas, ref RandomSequence random) => canvas.Move(AffineMap.Scale(-1, 1));

    private protected override OptionFault? FindFault() => null;
}
