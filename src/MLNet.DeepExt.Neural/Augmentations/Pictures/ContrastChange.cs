using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Spreads the numbers of a picture about their mean μ, or draws them towards it: x becomes μ + f·(x - μ), f uniform in [1 - c, 1 + c]. It
/// is not clipped to the range of pixels.
/// </summary>
/// <param name="Change">c, in (0, 1].</param>
public sealed record ContrastChange(float Change) : RowAugmentation
{
    internal override bool NeedsImage => true;

    internal override void Apply(Canvas canvas, ref RandomSequence random)
    {
        Span<float> values = canvas.Values;
        double sum = 0;
        foreach (float value in values)
            sum += value;
        float mean = (float)(sum / values.Length), factor = 1 + random.Within(Change);
        foreach (ref float value in values)
            value = mean + factor * (value - mean);
    }

    private protected override OptionFault? FindFault() =>
        FaultUnless(
            Change > 0 && Change <= 1,
            nameof(Change),
            $"Change of a ContrastChange must be in (0, 1] but is {Change}; 0.2 is from 0.8 to 1.2 times the contrast.");
}
