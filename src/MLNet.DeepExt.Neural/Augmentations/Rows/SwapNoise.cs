using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Replaces random features of a row by those of another row of its batch; a category is replaced as a whole. The target does not change.
/// </summary>
/// <param name="Share">The probability of each feature, in (0, 1).</param>
/// <remarks>M. Jahrer's noise for autoencoders of tables, 2017. The noise is always a value that occurs in the feature.</remarks>
public sealed record SwapNoise(float Share) : MixingAugmentation
{
    internal override bool MixesTargets => false;

    internal override float DrawShare(ref RandomSequence random) => 1;

    internal override void Mix(Span<float> row, ReadOnlySpan<float> other, float share, FeatureUnits units, ref RandomSequence random)
    {
        foreach (SlotRange unit in units.All)
        {
            if (random.Uniform() < Share)
                other.Slice(unit.First, unit.Count).CopyTo(row[unit.First..]);
        }
    }

    private protected override OptionFault? FindFault() =>
        FaultUnless(
            Share > 0 && Share < 1,
            nameof(Share),
            $"Share of SwapNoise must be in (0, 1) but is {Share}; 0.1 swaps a tenth of the features.");
}
