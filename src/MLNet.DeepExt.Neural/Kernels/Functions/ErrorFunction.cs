using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>The error function erf x = 2/√π · ∫₀ˣ e^(-t²) dt for a vector of floats or doubles.</summary>
/// <remarks>
/// Below 1, x + x·P(x²), where the sum has the last rounding error; above, 1 - e^(-x²)·Q(x) with the sign of x, which is 1 to the last bit
/// from 4 on in float and from 6 on in double. P is fitted to the least relative error, Q to the least error of e^(-x²)·Q, both in 60 digits or more
/// before they were rounded.
/// </remarks>
internal static class ErrorFunction
{
    /// <summary>erf x, from -1 to 1; NaN of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Erf<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T last = T.CreateTruncating(typeof(T) == typeof(float) ? 4 : 6);
        Vector256<T> magnitude = Vector256.Abs(x);
        magnitude = Vector256.ConditionalSelect(
            Vector256.GreaterThan(magnitude, Vector256.Create(last)), Vector256.Create(last), magnitude);
        Vector256<T> square = magnitude * magnitude;
        Vector256<T> near = Lanes.MultiplyAdd(magnitude, NearRatio(square), magnitude);
        Vector256<T> far = Vector256<T>.One - Exponential.Exp(-square) * FarRatio(magnitude);
        Vector256<T> isNear = Vector256.LessThan(magnitude, Vector256<T>.One);
        return Vector256.CopySign(Vector256.ConditionalSelect(isNear, near, far), x);
    }

    // erf(x) / x - 1 of x² from 0 to 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> NearRatio<T>(Vector256<T> square)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            return Polynomial.Evaluate(
                square.AsSingle(),
                [7.875875e-05f, -0.00080168643f, 0.0051890872f, -0.026854211f, 0.11283594f, -0.37612626f, 0.12837917f]).As<float, T>();
        }

        return Polynomial.Evaluate(
            square.AsDouble(),
            [
                5.957176147748911e-11, -1.1372848856791674e-09, 1.4659775274047436e-08, -1.6350312701054695e-07, 1.6461000484121368e-06,
                -1.4925595266831182e-05, 0.0001205533111164271, -0.000854832698083379, 0.0052239776248180145, -0.026866170645076792,
                0.11283791670954879, -0.3761263890318375, 0.12837916709551257,
            ]).As<double, T>();
    }

    // e^(x²)·(1 - erf x) of x from 1 to 4 in float, to 6 in double.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> FarRatio<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            return Polynomial.Evaluate(
                (x.AsSingle() - Vector256.Create(2.5f)) * Vector256.Create(1 / 1.5f),
                [
                    0.0026343823f, 0.0034513508f, 0.0056215245f, -0.005378383f, 0.011600372f, -0.027404001f, 0.056077525f, -0.111511186f,
                    0.21080755f,
                ]).As<float, T>();
        }

        return Polynomial.Evaluate(
            (x.AsDouble() - Vector256.Create(3.5)) * Vector256.Create(1 / 2.5),
            [
                0.00010269661533717079, 0.0006703894794503025, 0.0019987517609221022, 0.0033458580502354627, 0.0032394379094796114,
                0.0012544739135295624, -0.0007475426546038735, -0.0015272430428487404, -0.000547058266039135, -0.0005038582798216061,
                0.0009664227451547483, -0.0014507421659483398, 0.002816692034401414, -0.0050318780260854845, 0.008831331138343546,
                -0.015182803649650098, 0.025495579060930612, -0.0417667786907526, 0.06663208320307899, -0.10330894458971014, 0.1552936556072001,
            ]).As<double, T>();
    }
}
