using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// The base of augmentations that combine a row with another row of its batch. They are applied after all others, at any position of a recipe.
/// </summary>
public abstract record MixingAugmentation : Augmentation
{
    private protected MixingAugmentation()
    {
    }

    /// <summary>True if the target is also mixed.</summary>
    internal abstract bool MixesTargets { get; }

    /// <summary>Draws the weight of the row itself, which is also the weight of its target if targets are mixed.</summary>
    internal abstract float DrawShare(ref RandomSequence random);

    /// <summary>Changes a row.</summary>
    /// <param name="row">(features).</param>
    /// <param name="other">(features): the other row.</param>
    /// <param name="share">The result of <see cref="DrawShare"/>.</param>
    /// <param name="units">The grouping of features.</param>
    /// <param name="random">The random numbers of this row.</param>
    internal abstract void Mix(Span<float> row, ReadOnlySpan<float> other, float share, FeatureUnits units, ref RandomSequence random);
}
