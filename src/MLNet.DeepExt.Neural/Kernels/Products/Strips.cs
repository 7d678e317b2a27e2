using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>What is done with single strips of 16 numbers.</summary>
internal static class Strips
{
    /// <summary>y += a·x. x, y: (16).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct<T>(T a, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.RequireLength(x.Length, Lanes.Strip, nameof(x));
        Guard.RequireLength(y.Length, Lanes.Strip, nameof(y));
        Vector256<T> factor = Vector256.Create(a);
        ref T first = ref MemoryMarshal.GetReference(x);
        ref T sum = ref MemoryMarshal.GetReference(y);
        for (nuint j = 0; j < Lanes.Strip; j += (nuint)Vector256<T>.Count)
            Lanes.MultiplyAdd(factor, Vector256.LoadUnsafe(ref first, j), Vector256.LoadUnsafe(ref sum, j)).StoreUnsafe(ref sum, j);
    }

    /// <summary>Σ x·y. x, y: (16).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.RequireLength(x.Length, Lanes.Strip, nameof(x));
        Guard.RequireLength(y.Length, Lanes.Strip, nameof(y));
        ref T first = ref MemoryMarshal.GetReference(x);
        ref T second = ref MemoryMarshal.GetReference(y);
        Vector256<T> sum = Vector256<T>.Zero;
        for (nuint j = 0; j < Lanes.Strip; j += (nuint)Vector256<T>.Count)
            sum = Lanes.MultiplyAdd(Vector256.LoadUnsafe(ref first, j), Vector256.LoadUnsafe(ref second, j), sum);
        return Vector256.Sum(sum);
    }
}
