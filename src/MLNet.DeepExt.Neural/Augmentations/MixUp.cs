using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// A row becomes λ times itself and 1 - λ times another row of its batch, and its target likewise: a class becomes the probabilities of two.
/// λ is drawn from a beta distribution with both parameters α.
/// </summary>
/// <param name="Alpha">α, above 0 and finite; 0.2 leaves most rows almost as they are, 1 has λ uniform.</param>
/// <remarks>
/// Weights are mixed so that the cost is λ times that of the row and 1 - λ times that of the other one. H. Zhang, M. Cisse, Y. N. Dauphin,
/// D. Lopez-Paz, "mixup: beyond empirical risk minimization", 2018.
/// </remarks>
public sealed record MixUp(float Alpha) : MixingAugmentation
{
    internal override bool MixesTargets => true;

    internal override float DrawShare(ref RandomSequence random) => (float)random.Beta(Alpha);

    internal override void Mix(Span<float> row, ReadOnlySpan<float> other, float share, FeatureUnits units, ref RandomSequence random)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] = share * row[i] + (1 - share) * other[i];
    }

    private protected override string? FindFault() =>
        FaultUnless(Alpha > 0 && float.IsFinite(Alpha), $"Alpha of MixUp must be above 0 and finite but is {Alpha}; 0.2 is usual.");
}
