using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Scales a part of the image, of random size and at a random position, to the whole image. With a size above 1, the image is shrunk to a
/// part of a larger one.
/// </summary>
/// <param name="Minimum">The minimum size, as a fraction of the image's height and width; above 0 and finite.</param>
/// <param name="Maximum">The maximum size, at least the minimum.</param>
public sealed record Zoom(float Minimum, float Maximum) : Movement
{
    internal override void Apply(Canvas canvas, ref RandomSequence random)
    {
        float size = random.Between(Minimum, Maximum), play = MathF.Abs(1 - size) / 2;
        float x = random.Within(play * canvas.Shape.Width), y = random.Within(play * canvas.Shape.Height);
        canvas.Move(new AffineMap(size, 0, x, 0, size, y));
    }

    private protected override OptionFault? FindFault() => FaultUnless(
        Minimum > 0 && Maximum >= Minimum && float.IsFinite(Maximum),
        nameof(Minimum),
        $"Minimum of a Zoom must be above 0 and Maximum at least Minimum, but they are {Minimum} and {Maximum}; 0.8 and 1 show at least 0.8 of an image.");
}
