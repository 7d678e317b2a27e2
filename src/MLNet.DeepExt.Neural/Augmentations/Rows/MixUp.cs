using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Replaces a row by λ times the row plus 1 - λ times another row of its batch, and its target likewise: a class becomes the probabilities of
/// two classes. λ is drawn from a beta distribution with both parameters α. A category is taken from the row with the larger weight.
/// </summary>
/// <param name="Alpha">α, above 0 and finite; 0.2 changes most rows only slightly, with 1 λ is uniform.</param>
/// <remarks>
/// With weights w and w′ the mixed row has the weight λ·w + (1 - λ)·w′. Classes and labels are mixed so that the cost is λ times that of the row
/// plus 1 - λ times that of the other row, including their weights. Numeric targets are interpolated by λ, independently of the row weights. If one
/// of two labels or numbers is missing, the row with the larger weight decides whether the mixed one is missing. H. Zhang, M. Cisse, Y. N. Dauphin,
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
