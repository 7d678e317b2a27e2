using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// An augmentation that gives a row something of another one of its batch. It comes after all others, wherever it stands in a recipe.
/// </summary>
public abstract record MixingAugmentation : Augmentation
{
    private protected MixingAugmentation()
    {
    }

    /// <summary>Whether the target is mixed as well.</summary>
    internal abstract bool MixesTargets { get; }

    /// <summary>Draws the share of itself that a row keeps: of its target, where that is mixed as well.</summary>
    internal abstract float DrawShare(ref RandomSequence random);

    /// <summary>Changes a row.</summary>
    /// <param name="row">(features).</param>
    /// <param name="other">(features): the other row.</param>
    /// <param name="share">What <see cref="DrawShare"/> gave.</param>
    /// <param name="units">What of the features belongs together.</param>
    /// <param name="random">What is drawn for this row.</param>
    internal abstract void Mix(Span<float> row, ReadOnlySpan<float> other, float share, FeatureUnits units, ref RandomSequence random);
}
