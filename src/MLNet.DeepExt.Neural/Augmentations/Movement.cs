namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>An augmentation that moves the pixels of a picture. Movements that follow one another are one, and the picture is sampled once.</summary>
public abstract record Movement : RowAugmentation
{
    private protected Movement()
    {
    }

    internal sealed override bool NeedsImage => true;
}
