using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// A part of the picture, of a random size and at a random place in it, becomes the whole picture; of a size above 1, the picture becomes
/// a part of one that is larger.
/// </summary>
/// <param name="Minimum">The least size, as a share of the picture's height and width; above 0 and finite.</param>
/// <param name="Maximum">The greatest size, at least the least.</param>
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
        $"Zoom must be from above 0 to at least as much but is from {Minimum} to {Maximum}; 0.8 to 1 shows at least 0.8 of a picture.");
}
