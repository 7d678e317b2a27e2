using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Changes the contrast of an image: x becomes μ + f·(x - μ), where μ is the mean of the image and f is uniform in [1 - c, 1 + c]. The result
/// is not clipped.
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
