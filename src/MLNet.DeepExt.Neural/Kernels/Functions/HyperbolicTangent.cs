using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>tanh x for a vector of floats or doubles, accurate near zero.</summary>
/// <remarks>
/// Below 0.625 the quotient of exponentials cancels, so that x + x³·R(x²) with the coefficients of the Cephes library
/// (S. Moshier, tanhf and tanh) is used; above, 1 - 2 / (e^2|x| + 1) with the sign of x.
/// </remarks>
internal static class HyperbolicTangent
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Tanh<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> magnitude = Vector256.Abs(x);
        Vector256<T> two = Vector256.Create(T.CreateTruncating(2));
        Vector256<T> far = Vector256<T>.One - two / (Exponential.Exp(two * magnitude) + Vector256<T>.One);
        Vector256<T> square = x * x;
        Vector256<T> near = Lanes.MultiplyAdd(x * square, NearRatio(square), x);
        Vector256<T> isNear = Vector256.LessThan(magnitude, Vector256.Create(T.CreateTruncating(0.625)));
        // The sum of near would turn -0 into 0.
        return Vector256.CopySign(Vector256.ConditionalSelect(isNear, near, far), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> NearRatio<T>(Vector256<T> square)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            return Polynomial.Evaluate(
                square.AsSingle(),
                [-5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f]).As<float, T>();
        }

        Vector256<double> argument = square.AsDouble();
        return (Polynomial.Evaluate(argument, [-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3])
            / Polynomial.Evaluate(argument, [1.0, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3])).As<double, T>();
    }
}
