namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// An augmentation that moves the pixels of a picture. Movements that follow one another are one, up to an elastic distortion, and the
/// picture is sampled once for them.
/// </summary>
public abstract record Movement : RowAugmentation
{
    private protected Movement()
    {
    }

    internal sealed override bool NeedsImage => true;
}
