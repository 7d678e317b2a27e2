using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Lookahead: the preceding transforms move the fast weights θ. In every k-th step the slow weights φ move towards them,
/// φ = φ + a·(θ - φ), and θ continues from there, θ = φ. It must be the last transform of a <see cref="Chain"/>.
/// </summary>
/// <remarks>
/// Steps in opposite directions cancel in φ, so a learning rate that is too high does less harm. Its state is d = φ - θ, initially
/// 0. M. Zhang et al., "Lookahead optimizer: k steps forward, 1 step back", 2019. If an epoch ends between two synchronizations, validation
/// uses θ. A penalty with exact zeros (<c>L1</c>) is applied after it, to θ and thereby to φ. Lazily updated parameters
/// (see <see cref="GradientTransform"/>) are synchronized in those k-th steps whose batch touches them.
/// </remarks>
/// <example>
/// <code>
/// Optimizer optimizer = new Chain(new Adam(0.01), new Lookahead());
/// </code>
/// </example>
public sealed record Lookahead : GradientTransform
{
    private const int MostSteps = 1_000_000;

    /// <summary>k, the number of steps between two synchronizations of slow and fast weights, from 1 to 1,000,000. Default 5.</summary>
    public int Every { get; init; } = 5;

    /// <summary>a, the fraction of the distance that the slow weights move, above 0 and at most 1; 1 has no effect. Default 0.5.</summary>
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
