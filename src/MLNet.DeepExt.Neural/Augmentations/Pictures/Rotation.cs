using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>Rotates the image about its center by an angle that is uniform in [-degrees, degrees].</summary>
/// <param name="Degrees">The maximum angle, in (0, 180].</param>
public sealed record Rotation(float Degrees) : Movement
{
    internal override void Apply(Canvas canvas, ref RandomSequence random) =>
        canvas.Move(AffineMap.Rotation(random.Within(float.DegreesToRadians(Degrees))));

    private protected override OptionFault? FindFault() =>
        FaultUnless(
            Degrees > 0 && Degrees <= 180,
            nameof(Degrees),
            $"Degrees of a Rotation must be in (0, 180] but is {Degrees}; 15 rotates by at most 15 in both directions.");
}
