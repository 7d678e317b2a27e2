using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>g(x) = slope·x for x ≥ 0 and depth·(eˣ - 1) below: the function of <see cref="Elu"/> and <see cref="Selu"/>.</summary>
internal readonly struct ExponentialOperator<T>(double slope, double depth) : IActivationOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector256<T> _slope = Vector256.Create(T.CreateTruncating(slope));
    private readonly Vector256<T> _depth = Vector256.Create(T.CreateTruncating(depth));

    public static bool DerivativeReadsX => false;

    // A negative input gives a negative output, even if the output is rounded to 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<T> Apply(Vector256<T> x) => Vector256.ConditionalSelect(
        Vector256.LessThan(x, Vector256<T>.Zero), _depth * Exponential.Expm1(x), _slope * Vector256.Abs(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<T> Derivative(Vector256<T> known) =>
        Vector256.ConditionalSelect(Vector256.IsNegative(known), known + _depth, _slope);
}
