using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>An augmentation that needs nothing but the row that it changes.</summary>
public abstract record RowAugmentation : Augmentation
{
    private protected RowAugmentation()
    {
    }

    /// <summary>Whether a row must be a picture.</summary>
    internal abstract bool NeedsImage { get; }

    /// <summary>Changes the row on the canvas.</summary>
    /// <param name="canvas">Holds the row.</param>
    /// <param name="random">What is drawn for this row.</param>
    internal abstract void Apply(Canvas canvas, ref RandomSequence random);
}
