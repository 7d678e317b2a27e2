using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>e^x, and e^x - 1 with every digit of a small x, for a vector of floats or doubles.</summary>
/// <remarks>
/// The float body reduces x to n·ln 2 + r with |r| ≤ ln 2 / 2 and evaluates the minimax polynomial of the Cephes library
/// (S. Moshier, expf); it gives exp(0) = 1 exactly, which the one of TensorPrimitives does not, and uses no estimates,
/// in which processors of different makers differ. Results below the smallest normal number become 0. Of e^x - 1 the body in double is
/// the same with the Taylor series of e^r - 1 to its 13th power.
/// </remarks>
internal static class Exponential
{
    private const float SmallestNormalArgument = -87.33654f;
    private const float LargestFiniteArgument = 88.72283f;

    // Added to a whole number, it leaves that in the lowest bits of the sum.
    private const double WholeNumber = 3L << 51;

    /// <summary>e^x: 0 of what is too small, ∞ of what is too large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Exp<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            return Exp(x.AsSingle()).As<float, T>();
        if (typeof(T) == typeof(double))
            return Vector256.Exp(x.AsDouble()).As<double, T>();
        throw Lanes.OnlyFloatAndDouble<T>();
    }

    /// <summary>e^x - 1 of x from -∞ to 0; what lies above 0 has no meaning.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Expm1<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Below that it is -1 to the last bit.
        Vector256<T> least = Vector256.Create(T.CreateTruncating(-64));
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, least), least, x);
        if (typeof(T) == typeof(float))
            return Expm1(x.AsSingle()).As<float, T>();
        if (typeof(T) == typeof(double))
            return Expm1(x.AsDouble()).As<double, T>();
        throw Lanes.OnlyFloatAndDouble<T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp(Vector256<float> x)
    {
        Vector256<float> p = Reduce(x, out Vector256<float> n) + Vector256<float>.One;

        // 2^n in two factors: n reaches 128, whose power alone is no float.
        Vector256<int> exponent = Vector256.ConvertToInt32(n);
        Vector256<int> half = exponent >> 1;
        Vector256<float> y = p * PowerOfTwo(half) * PowerOfTwo(exponent - half);

        y = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(SmallestNormalArgument)), Vector256<float>.Zero, y);
        return Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256.Create(LargestFiniteArgument)), Vector256.Create(float.PositiveInfinity), y);
    }

    // 2^n·(1 + p) - 1; the difference is exact where it cancels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Expm1(Vector256<float> x)
    {
        Vector256<float> p = Reduce(x, out Vector256<float> n);
        Vector256<float> power = PowerOfTwo(Vector256.ConvertToInt32(n));
        return Lanes.MultiplyAdd(power, p, power - Vector256<float>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Expm1(Vector256<double> x)
    {
        Vector256<double> n = Vector256.Round(x * Vector256.Create(1.4426950408889634));
        Vector256<double> r = Lanes.MultiplyAdd(n, Vector256.Create(-6.93147180369123816490e-01), x);
        r = Lanes.MultiplyAdd(n, Vector256.Create(-1.90821492927058770002e-10), r);
        Vector256<double> series = Polynomial.Evaluate(
            r,
            [
                1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0, 1 / 720.0,
                1 / 120.0, 1 / 24.0, 1 / 6.0, 1 / 2.0,
            ]);
        Vector256<double> p = Lanes.MultiplyAdd(series, r * r, r);
        Vector256<long> exponent = (n + Vector256.Create(WholeNumber)).AsInt64() + Vector256.Create(1023L);
        Vector256<double> power = (exponent << 52).AsDouble();
        return Lanes.MultiplyAdd(power, p, power - Vector256<double>.One);
    }

    // e^r - 1 of what is left of x = n·ln 2 + r.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Reduce(Vector256<float> x, out Vector256<float> n)
    {
        n = Vector256.Round(x * Vector256.Create(1.44269504f));
        // ln 2 in two parts, so that n·ln 2 is subtracted without a rounding error.
        Vector256<float> r = Lanes.MultiplyAdd(n, Vector256.Create(-0.693359375f), x);
        r = Lanes.MultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);

        Vector256<float> p = Vector256.Create(1.9875691500e-4f);
        p = Lanes.MultiplyAdd(p, r, Vector256.Create(1.3981999507e-3f));
        p = Lanes.MultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Lanes.MultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Lanes.MultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Lanes.MultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        return Lanes.MultiplyAdd(p, r * r, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PowerOfTwo(Vector256<int> n) => ((n + Vector256.Create(127)) << 23).AsSingle();
}
