using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>Sums along a row; what its padding holds does not matter.</summary>
/// <remarks>Spans are the row padded to strips. The order of a sum depends on the width alone.</remarks>
internal static class RowReduction
{
    /// <summary>Σ_j x[j].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Sum<T>(int width, ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reduce(default(Value<T>), width, x, x);

    /// <summary>Σ_j (x[j] - centre).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T SumOfDifferences<T>(int width, ReadOnlySpan<T> x, T centre)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reduce(new Difference<T>(Vector256.Create(centre)), width, x, x);

    /// <summary>Σ_j (x[j] - centre)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T SumOfSquares<T>(int width, ReadOnlySpan<T> x, T centre)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Reduce(new SquaredDifference<T>(Vector256.Create(centre)), width, x, x);

    /// <summary>Σ_j x[j]·y[j].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T SumOfProducts<T>(int width, ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reduce(default(Product<T>), width, x, y);

    // Two vectors at a time, so that one sum does not wait for the other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Reduce<T, TTerm>(TTerm term, int width, ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        int padded = Lanes.Pad(width), vector = Vector256<T>.Count;
        ref T first = ref MemoryMarshal.GetReference(x[..padded]);
        ref T second = ref MemoryMarshal.GetReference(y[..padded]);
        Vector256<T> sum0 = default, sum1 = default;
        int j = 0;
        for (; j <= width - 2 * vector; j += 2 * vector)
        {
            sum0 += term.Of(Vector256.LoadUnsafe(ref first, (nuint)j), Vector256.LoadUnsafe(ref second, (nuint)j));
            sum1 += term.Of(Vector256.LoadUnsafe(ref first, (nuint)(j + vector)), Vector256.LoadUnsafe(ref second, (nuint)(j + vector)));
        }

        for (; j < width; j += vector)
        {
            Vector256<T> last = term.Of(Vector256.LoadUnsafe(ref first, (nuint)j), Vector256.LoadUnsafe(ref second, (nuint)j));
            sum0 += last & Lanes.Below<T>(j, width);
        }

        return Vector256.Sum(sum0 + sum1);
    }

    private interface ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> Of(Vector256<T> x, Vector256<T> y);
    }

    private readonly struct Value<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => x;
    }

    private readonly struct Difference<T>(Vector256<T> centre) : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => x - centre;
    }

    private readonly struct SquaredDifference<T>(Vector256<T> centre) : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => (x - centre) * (x - centre);
    }

    private readonly struct Product<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => x * y;
    }
}
