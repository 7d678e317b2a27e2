using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Limits every element of the gradient to [-limit, limit]. This changes the direction of the gradient.</summary>
/// <param name="Limit">The limit, above 0.</param>
/// <remarks>Equal to PyTorch's <c>clip_grad_value_</c> and Keras's <c>clipvalue</c>.</remarks>
public sealed record ClipByValue(double Limit) : GradientClipping
{
    /// <inheritdoc/>
    public override double Limit { get; init; } = Limit;

    /// <inheritdoc/>
    public override TransformReach Reach => TransformReach.Elements;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step) =>
        UpdateLoop.Run(new Operator<T>(Limit), gradient, parameters, state);

    private readonly struct Operator<T>(double limit) : IUpdateOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Vector256<T> _limit = Vector256.Create(T.CreateTruncating(limit));

        public static int States => 0;

        public static bool ReadsParameters => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> gradient, Vector256<T> parameter, ref Vector256<T> first, ref Vector256<T> second) =>
            Vector256.Min(Vector256.Max(gradient, -_limit), _limit);
    }
}
