using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>ln(1 + x) for a vector of floats or doubles, with every digit of a small x.</summary>
/// <remarks>
/// With u = 1 + x as it is rounded, ln(1 + x) = ln u · x / (u - 1) (W. Kahan): the quotient makes good what the sum has lost.
/// </remarks>
internal static class Logarithm
{
    /// <summary>ln(1 + x): -∞ of -1, NaN below -1 and of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Log1p<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> u = Vector256<T>.One + x;
        Vector256<T> excess = u - Vector256<T>.One;
        Vector256<T> y = Log(u) * (x / excess);
        y = Vector256.ConditionalSelect(Vector256.Equals(excess, Vector256<T>.Zero), x, y);
        return Vector256.ConditionalSelect(Vector256.Equals(x, Vector256.Create(T.PositiveInfinity)), x, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Log<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            return Vector256.Log(x.AsSingle()).As<float, T>();
        if (typeof(T) == typeof(double))
            return Vector256.Log(x.AsDouble()).As<double, T>();
        throw Lanes.OnlyFloatAndDouble<T>();
    }
}
