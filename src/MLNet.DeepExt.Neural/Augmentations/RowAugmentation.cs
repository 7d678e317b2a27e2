using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>The base of augmentations that need only the row that they change.</summary>
public abstract record RowAugmentation : Augmentation
{
    private protected RowAugmentation()
    {
    }

    /// <summary>True if a row must be an image.</summary>
    internal abstract bool NeedsImage { get; }

    /// <summary>Changes the row on the canvas.</summary>
    /// <param name="canvas">The canvas with the row.</param>
    /// <param name="random">The random numbers of this row.</param>
    internal abstract void Apply(Canvas canvas, ref RandomSequence random);
}
