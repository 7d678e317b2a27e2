using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Adds a normally distributed number with mean 0 and standard deviation σ to every feature. Slots of categories do not change. The result is not
/// clipped.
/// </summary>
/// <param name="Deviation">σ, in units of the features, above 0 and finite.</param>
public sealed record GaussianNoise(float Deviation) : RowAugmentation
{
    private const int AtOnce = 256;

    internal override bool NeedsImage => false;

    internal override void Apply(Canvas canvas, ref RandomSequence random)
    {
        Span<float> noise = stackalloc float[AtOnce];
        foreach (SlotRange numbers in canvas.Units.Numbers)
        {
            Span<float> values = canvas.Values.Slice(numbers.First, numbers.Count);
            for (int start = 0; start < values.Length; start += AtOnce)
            {
                Span<float> some = values[start..Math.Min(start + AtOnce, values.Length)];
                random.FillNormal(noise[..some.Length]);
                for (int i = 0; i < some.Length; i++)
                    some[i] += Deviation * noise[i];
            }
        }
    }

    private protected override OptionFault? FindFault() =>
        FaultUnless(
            Deviation > 0 && float.IsFinite(Deviation),
            nameof(Deviation),
            $"Deviation of GaussianNoise must be above 0 and finite but is {Deviation}; 0.05 suits features from 0 to 1.");
}
