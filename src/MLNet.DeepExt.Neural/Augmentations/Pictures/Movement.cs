namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// The base of augmentations that move the pixels of an image. Consecutive movements are combined, up to an elastic distortion, and the
/// image is sampled once for all of them.
/// </summary>
public abstract record Movement : RowAugmentation
{
    private protected Movement()
    {
    }

    internal sealed override bool NeedsImage => true;
}
