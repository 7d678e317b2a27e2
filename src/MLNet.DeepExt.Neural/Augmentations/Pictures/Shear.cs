using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Shears the image horizontally: vertical lines lean by an angle φ that is uniform in [-degrees, degrees]; x comes from x + tan φ · y.
/// </summary>
/// <param name="Degrees">The maximum angle, in (0, 90).</param>
public sealed record Shear(float Degrees) : Movement
{
    internal override void Apply(Canvas canvas, ref RandomSequence random) =>
        canvas.Move(AffineMap.Shear(MathF.Tan(random.Within(float.DegreesToRadians(Degrees)))));

    private protected override OptionFault? FindFault() =>
        FaultUnless(
            Degrees > 0 && Degrees < 90,
            nameof(Degrees),
            $"Degrees of a Shear must be in (0, 90) but is {Degrees}; 10 shears by at most 10 in both directions.");
}
