using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>Moves the image by fractions of its width and its height that are each uniform in [-s, s].</summary>
/// <param name="Share">s, in (0, 1).</param>
public sealed record Shift(float Share) : Movement
{
    internal override void Apply(Canvas canvas, ref RandomSequence random)
    {
        float x = random.Within(Share * canvas.Shape.Width), y = random.Within(Share * canvas.Shape.Height);
        canvas.Move(AffineMap.Shift(x, y));
    }

    private protected override OptionFault? FindFault() =>
        FaultUnless(
            Share > 0 && Share < 1,
            nameof(Share),
            $"Share of a Shift must be in (0, 1) but is {Share}; 0.1 moves by at most a tenth of the image.");
}
