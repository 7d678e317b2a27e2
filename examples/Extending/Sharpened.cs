using MLNet.DeepExt.Neural.Optimizers;

namespace Extending;

/// <summary>A gradient transform: g becomes sign(g)·|g|ᵖ, so that with p below 1 small gradients count for more.</summary>
public sealed record Sharpened(double Power) : GradientTransform
{
    public override int StatesPerParameter => 0;

    public override TransformReach Reach => TransformReach.Elements;

    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        foreach (ref T value in gradient)
        {
            double g = double.CreateTruncating(value);
            value = T.CreateTruncating(Math.CopySign(Math.Pow(Math.Abs(g), Power), g));
        }
    }

    public override void Validate()
    {
        if (!(Power > 0 && double.IsFinite(Power)))
            throw new ArgumentException(FormattableString.Invariant($"Power must be above 0 but is {Power}; 1 has no effect."), nameof(Power));
    }
}
