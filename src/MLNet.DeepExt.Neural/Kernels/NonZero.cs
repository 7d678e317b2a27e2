using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>Finds what is not 0 among numbers that mostly are.</summary>
internal static class NonZero
{
    /// <summary>The first element from a place on that is not 0; the length if all are. -0 is 0, and NaN is not.</summary>
    /// <param name="x">(n).</param>
    /// <param name="from">Where to begin, from 0 to n.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int IndexFrom<T>(ReadOnlySpan<T> x, int from)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x);
        while (from <= x.Length - Vector256<T>.Count
            && Vector256.EqualsAll(Vector256.LoadUnsafe(ref first, (nuint)from), Vector256<T>.Zero))
        {
            from += Vector256<T>.Count;
        }

        while (from < x.Length && x[from] == T.Zero)
            from++;
        return from;
    }
}
