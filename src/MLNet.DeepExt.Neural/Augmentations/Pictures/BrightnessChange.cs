using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>Adds one random number, uniform in [-δ, δ], to all pixels of an image. The result is not clipped.</summary>
/// <param name="Delta">δ, in units of the features, above 0 and finite.</param>
public sealed record BrightnessChange(float Delta) : RowAugmentation
{
    internal override bool NeedsImage => true;

    internal override void Apply(Canvas canvas, ref RandomSequence random)
    {
        float more = random.Within(Delta);
        foreach (ref float value in canvas.Values)
            value += more;
    }

    private protected override OptionFault? FindFault() =>
        FaultUnless(
            Delta > 0 && float.IsFinite(Delta),
            nameof(Delta),
            $"Delta of a BrightnessChange must be above 0 and finite but is {Delta}; 0.2 suits pixels from 0 to 1.");
}
