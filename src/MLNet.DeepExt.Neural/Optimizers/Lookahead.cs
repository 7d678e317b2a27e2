using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Lookahead: the transforms before it move the parameters θ; in every k-th step slow weights φ move towards them,
/// φ = φ + a·(θ - φ), and θ goes on from there, θ = φ. It stands last in a <see cref="Chain"/>.
/// </summary>
/// <remarks>
/// Steps in opposite directions cancel out in φ, so that a learning rate that is too high does less harm. It remembers d = φ - θ, which is 0 at
/// the start. M. Zhang et al., "Lookahead optimizer: k steps forward, 1 step back", 2019. Where an epoch ends between two meetings, the network
/// that is validated has θ. A penalty with exact zeros (<c>L1</c>) acts after it, on θ and with it on φ. What is updated lazily
/// (see <see cref="GradientTransform"/>) meets in those k-th steps whose batch touches it.
/// </remarks>
/// <example>
/// <code>
/// Optimizer optimizer = new Chain(new Adam(0.01), new Lookahead());
/// </code>
/// </example>
public sealed record Lookahead : GradientTransform
{
    private const int MostSteps = 1_000_000;

    /// <summary>k, the number of steps after which slow and fast weights meet, from 1 to 1,000,000. Default 5.</summary>
    public int Every { get; init; } = 5;

    /// <summary>a, the share of the way that the slow weights go, above 0 and at most 1; 1 changes nothing. Default 0.5.</summary>
    public double Share { get; init; } = 0.5;

    /// <inheritdoc/>
    public override int StatesPerParameter => 1;

    /// <inheritdoc/>
    public override TransformReach Reach => TransformReach.Elements;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        if (step.Number % Every == 0)
            UpdateLoop.Run(new Meeting<T>(1 - Share), gradient, parameters, state);
        else
            UpdateLoop.Run(default(Walk<T>), gradient, parameters, state);
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Every is < 1 or > MostSteps)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Every of Lookahead must be from 1 to {MostSteps} but is {Every}; 5 is the usual value."), nameof(Every));
        }

        if (!(Share > 0 && Share <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Share of Lookahead must be above 0 and at most 1 but is {Share}; 0.5 is the usual value."), nameof(Share));
        }
    }

    // θ becomes θ - u, so that φ - θ becomes d + u.
    private readonly struct Walk<T> : IUpdateOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static int States => 1;

        public static bool ReadsParameters => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> update, Vector256<T> parameter, ref Vector256<T> ahead, ref Vector256<T> unused)
        {
            ahead += update;
            return update;
        }
    }

    // φ + a·(θ - u - φ) = (θ - u) + (1 - a)·(d + u).
    private readonly struct Meeting<T>(double rest) : IUpdateOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Vector256<T> _rest = Vector256.Create(T.CreateTruncating(rest));

        public static int States => 1;

        public static bool ReadsParameters => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> update, Vector256<T> parameter, ref Vector256<T> ahead, ref Vector256<T> unused)
        {
            Vector256<T> met = Lanes.MultiplyAdd(-_rest, ahead + update, update);
            ahead = Vector256<T>.Zero;
            return met;
        }
    }
}
