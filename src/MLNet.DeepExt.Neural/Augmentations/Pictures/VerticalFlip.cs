using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>Top becomes bottom. Of use where pictures have no up and down: cells, satellites.</summary>
public sealed record VerticalFlip : Movement
{
    /// <summary>Creates the augmentation with its default options (Probability 0.5).</summary>
    public VerticalFlip() => Probability = 0.5;

    internal override void Apply(Canvas canvas, ref RandomSequence random) => canvas.Move(AffineMap.Scale(1, -1));

    private protected override OptionFault? FindFault() => null;
}
