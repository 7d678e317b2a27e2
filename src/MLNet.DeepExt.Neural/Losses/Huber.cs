using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The Huber loss: half the square of a small error and the absolute value of a large one: l(d) = ½·d² if |d| ≤ δ, otherwise δ·(|d| - ½·δ). For
/// numeric targets with outliers, whose gradient is limited to δ.
/// </summary>
/// <remarks>
/// PyTorch: <c>HuberLoss</c>. For a large δ it is half of <see cref="SquaredError"/>. P. Huber, "Robust estimation of a location
/// parameter", 1964.
/// </remarks>
public sealed record Huber : ElementwiseLoss
{
    /// <summary>Creates the loss with its default options (Delta 1; no Scaling).</summary>
    public Huber()
    {
    }

    [JsonConstructor]
    internal Huber(double delta = 1) => Delta = delta;

    /// <summary>
    /// δ, above 0, in the units of the target or, with a <see cref="ElementwiseLoss.Scaling"/>, in those of its scale. Default 1.
    /// </summary>
    public double Delta { get; init; } = 1;

    internal override int OutputsPerTarget => 1;

    private protected override void ValidateOptions()
    {
        // It must be above 0 in single precision, too.
        if (!((float)Delta > 0 && float.IsFinite((float)Delta)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Delta of a Huber must be above 0 and finite but is {Delta}; 1 is the usual value."),
                nameof(Delta));
        }
    }

    private protected override void Run<T>(ElementwiseRows<T> rows) =>
        rows.Run(new Bend<T>(Vector256.Create(T.CreateTruncating(Delta))));

    private readonly struct Bend<T>(Vector256<T> delta) : IErrorCost<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector256<T> Of(Vector256<T> d, int column, out Vector256<T> slope)
        {
            // d limited to [-δ, δ]. In both cases the cost is limited·(d - ½·limited). Min is not used because it would drop a NaN.
            slope = Vector256.ConditionalSelect(Vector256.GreaterThan(d, delta), delta, d);
            slope = Vector256.ConditionalSelect(Vector256.LessThan(d, -delta), -delta, slope);
            return slope * (d - slope * T.CreateTruncating(0.5));
        }
    }
}
