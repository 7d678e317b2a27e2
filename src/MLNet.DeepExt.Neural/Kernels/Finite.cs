using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>Whether numbers are numbers.</summary>
internal static class Finite
{
    /// <summary>Whether none is NaN, infinite or beyond a limit in size.</summary>
    public static bool Within(ReadOnlySpan<float> values, float limit)
    {
        ref float first = ref MemoryMarshal.GetReference(values);
        int whole = values.Length - values.Length % Vector256<float>.Count;
        Vector256<float> most = Vector256.Create(limit);
        Vector256<float> within = Vector256<float>.AllBitsSet;
        for (int i = 0; i < whole; i += Vector256<float>.Count)
            within &= Vector256.LessThanOrEqual(Vector256.Abs(Vector256.LoadUnsafe(ref first, (nuint)i)), most);
        bool all = within.AsInt32() == Vector256<int>.AllBitsSet;
        foreach (float value in values[whole..])
            all &= MathF.Abs(value) <= limit;
        return all;
    }

    /// <summary>Whether none is NaN or infinite.</summary>
    public static bool All<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(values);
        int whole = values.Length - values.Length % Vector256<T>.Count;

        // 0 times a finite number is 0; times any other it is NaN, and stays NaN in the sum.
        Vector256<T> sum = default;
        for (int i = 0; i < whole; i += Vector256<T>.Count)
            sum += Vector256.LoadUnsafe(ref first, (nuint)i) * T.Zero;
        bool finite = Vector256.EqualsAll(sum, Vector256<T>.Zero);
        foreach (T value in values[whole..])
            finite &= T.IsFinite(value);
        return finite;
    }
}
