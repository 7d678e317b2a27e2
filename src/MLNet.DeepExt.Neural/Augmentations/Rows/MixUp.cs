using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// A row becomes λ times itself and 1 - λ times another row of its batch, and its target likewise: a class becomes the probabilities of
/// two. λ is drawn from a beta distribution with both parameters α. A category is that of the larger part.
/// </summary>
/// <param name="Alpha">α, above 0 and finite; 0.2 leaves most rows almost as they are, 1 has λ uniform.</param>
/// <remarks>
/// Of weights w and w′ the mixed row has λ·w + (1 - λ)·w′. Classes and labels are mixed so that its cost is λ times that of the row and
/// 1 - λ times that of the other one: by their shares of that weight. Numbers to predict lie on the line between the two, whatever the rows
/// weigh. Where one of two labels or numbers is missing, the larger part says whether the mixed one is. H. Zhang, M. Cisse, Y. N. Dauphin,
/// D. Lopez-Paz, "mixup: beyond empirical risk minimization", 2018.
/// </remarks>
public sealed record MixUp(float Alpha) : MixingAugmentation
{
    internal override bool MixesTargets => true;

    internal override float DrawShare(ref RandomSequence random) => (float)random.Beta(Alpha);

    internal override void Mix(Span<float> row, ReadOnlySpan<float> other, float share, FeatureUnits units, ref RandomSequence random)
    {
        foreach (SlotRange numbers in units.Numbers)
        {
            for (int i = numbers.First; i < numbers.First + numbers.Count; i++)
                row[i] = share * row[i] + (1 - share) * other[i];
        }

        if (share >= 0.5f)
            return;
        foreach (SlotRange category in units.Categories)
            other.Slice(category.First, category.Count).CopyTo(row[category.First..]);
    }

    private protected override OptionFault? FindFault() =>
        FaultUnless(Alpha > 0 && float.IsFinite(Alpha), nameof(Alpha), $"Alpha of MixUp must be above 0 and finite but is {Alpha}; 0.2 is usual.");
}
