using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>e^x for a vector of floats or doubles.</summary>
/// <remarks>
/// The float body reduces x to n·ln 2 + r with |r| ≤ ln 2 / 2 and evaluates the minimax polynomial of the Cephes library
/// (S. Moshier, expf); it gives exp(0) = 1 exactly, which the one of TensorPrimitives does not, and uses no estimates,
/// in which processors of different makers differ. Results below the smallest normal number become 0.
/// </remarks>
internal static class Exponential
{
    private const float SmallestNormalArgument = -87.33654f;
    private const float LargestFiniteArgument = 88.72283f;

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp(Vector256<float> x)
    {
        Vector256<float> n = Vector256.Round(x * Vector256.Create(1.44269504f));
        // ln 2 in two parts, so that n·ln 2 is subtracted without a rounding error.
        Vector256<float> r = Lanes.MultiplyAdd(n, Vector256.Create(-0.693359375f), x);
        r = Lanes.MultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);

        Vector256<float> p = Vector256.Create(1.9875691500e-4f);
        p = Lanes.MultiplyAdd(p, r, Vector256.Create(1.3981999507e-3f));
        p = Lanes.MultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Lanes.MultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Lanes.MultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Lanes.MultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        p = Lanes.MultiplyAdd(p, r * r, r) + Vector256<float>.One;

        // 2^n in two factors: n reaches 128, whose power alone is no float.
        Vector256<int> exponent = Vector256.ConvertToInt32(n);
        Vector256<int> half = exponent >> 1;
        Vector256<float> y = p * PowerOfTwo(half) * PowerOfTwo(exponent - half);

        y = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(SmallestNormalArgument)), Vector256<float>.Zero, y);
        return Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256.Create(LargestFiniteArgument)), Vector256.Create(float.PositiveInfinity), y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PowerOfTwo(Vector256<int> n) => ((n + Vector256.Create(127)) << 23).AsSingle();
}
