using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>Whether numbers are numbers.</summary>
internal static class Finite
{
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
