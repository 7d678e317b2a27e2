using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>Sums of squares and of absolute values, in double whatever the numbers are, always in the same order.</summary>
internal static class Norms
{
    /// <summary>‖x‖₂² = Σ x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Squared<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Sum<T, SquareTerm>(x);

    /// <summary>‖x‖₁ = Σ |x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Absolute<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Sum<T, AbsoluteTerm>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum<T, TTerm>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm
    {
        ref T first = ref MemoryMarshal.GetReference(x);
        int whole = x.Length - x.Length % 8;
        Vector256<double> low = default, high = default;
        for (nuint i = 0; i < (nuint)whole; i += 8)
        {
            (Vector256<double> a, Vector256<double> b) = Widen(ref first, i);
            low = TTerm.Add(a, low);
            high = TTerm.Add(b, high);
        }

        Vector256<double> rest = default;
        foreach (T value in x[whole..])
            rest = TTerm.Add(Vector256.CreateScalar(double.CreateTruncating(value)), rest);
        return Vector256.Sum(low + high) + rest[0];
    }

    // Elements i to i + 7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Low, Vector256<double> High) Widen<T>(ref T first, nuint i)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            return Vector256.Widen(Vector256.LoadUnsafe(ref first, i).AsSingle());
        if (typeof(T) == typeof(double))
            return (Vector256.LoadUnsafe(ref first, i).AsDouble(), Vector256.LoadUnsafe(ref first, i + 4).AsDouble());
        throw Lanes.OnlyFloatAndDouble<T>();
    }

    /// <summary>What an element contributes.</summary>
    private interface ITerm
    {
        static abstract Vector256<double> Add(Vector256<double> x, Vector256<double> sum);
    }

    private readonly struct SquareTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<double> Add(Vector256<double> x, Vector256<double> sum) => Lanes.MultiplyAdd(x, x, sum);
    }

    private readonly struct AbsoluteTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<double> Add(Vector256<double> x, Vector256<double> sum) => sum + Vector256.Abs(x);
    }
}
