using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Features of a row, each with a probability, become those of another row of its batch; a category does so as a whole. The target stays.
/// </summary>
/// <param name="Share">The probability of each feature, in (0, 1).</param>
/// <remarks>M. Jahrer's noise for autoencoders of tables, 2017: what comes in is a value that the feature has.</remarks>
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
