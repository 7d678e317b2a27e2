using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>Sums down the rows of columns.</summary>
/// <remarks>
/// Rows are summed in ascending order in segments of <see cref="Gemm.Segment"/>, and the segments in order, so that the
/// result depends on the column alone and long batches lose no accuracy. Spans begin at the first column wanted; their
/// rows are a stride apart; results are a whole number of strips long.
/// </remarks>
internal static class ColumnReduction
{
    /// <summary>sum[j] (+)= Σ_r x[r, j].</summary>
    public static void Sum<T>(int rows, ReadOnlySpan<T> x, int stride, Span<T> sum, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Reduce(default(Value<T>), rows, x, stride, x, stride, nameof(x), sum, accumulate);

    /// <summary>sum[j] (+)= Σ_r x[r, j]·y[r, j].</summary>
    public static void SumOfProducts<T>(int rows, ReadOnlySpan<T> x, ReadOnlySpan<T> y, int stride, Span<T> sum, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Reduce(default(Product<T>), rows, x, stride, y, stride, nameof(y), sum, accumulate);

    /// <summary>sum[j] = Σ_r (x[r, j] - centre[j])².</summary>
    public static void SumOfSquares<T>(int rows, ReadOnlySpan<T> x, int stride, ReadOnlySpan<T> centre, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Reduce(default(SquaredDifference<T>), rows, x, stride, centre, yStride: 0, nameof(centre), sum, accumulate: false);

    // Four vectors at a time where there are as many: the sums of one alone would wait for one another. A strip is four vectors
    // of doubles or two of floats, so that only the last of an odd number of strips of floats is left for two at a time.
    private static void Reduce<T, TTerm>(
        TTerm term, int rows, ReadOnlySpan<T> x, int xStride, ReadOnlySpan<T> y, int yStride, string yName, Span<T> sum, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        Guard.RequireStrips(sum.Length, nameof(sum));
        Guard.RequireLength(x.Length, LengthOf(rows, xStride, sum.Length), nameof(x));
        Guard.RequireLength(y.Length, LengthOf(rows, yStride, sum.Length), yName);
        if (!accumulate)
            sum.Clear();
        int vector = Vector256<T>.Count;
        for (int j = 0; j < sum.Length;)
        {
            ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), j);
            ref T second = ref Unsafe.Add(ref MemoryMarshal.GetReference(y), j);
            ref T destination = ref Unsafe.Add(ref MemoryMarshal.GetReference(sum), j);
            int width = sum.Length - j >= 4 * vector ? 4 : 2;
            for (int from = 0; from < rows; from += Gemm.Segment)
            {
                int length = Math.Min(Gemm.Segment, rows - from);
                ref T firstRow = ref Unsafe.Add(ref first, (nint)from * xStride);
                ref T secondRow = ref Unsafe.Add(ref second, (nint)from * yStride);
                if (width == 4)
                    AddFourVectors(term, length, ref firstRow, xStride, ref secondRow, yStride, ref destination);
                else
                    AddTwoVectors(term, length, ref firstRow, xStride, ref secondRow, yStride, ref destination);
            }

            j += width * vector;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFourVectors<T, TTerm>(TTerm term, int rows, ref T x, nint xStride, ref T y, nint yStride, ref T sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        nuint vector = (nuint)Vector256<T>.Count;
        Vector256<T> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (int row = 0; row < rows; row++)
        {
            sum0 = term.AddTo(sum0, Vector256.LoadUnsafe(ref x), Vector256.LoadUnsafe(ref y));
            sum1 = term.AddTo(sum1, Vector256.LoadUnsafe(ref x, vector), Vector256.LoadUnsafe(ref y, vector));
            sum2 = term.AddTo(sum2, Vector256.LoadUnsafe(ref x, 2 * vector), Vector256.LoadUnsafe(ref y, 2 * vector));
            sum3 = term.AddTo(sum3, Vector256.LoadUnsafe(ref x, 3 * vector), Vector256.LoadUnsafe(ref y, 3 * vector));
            x = ref Unsafe.Add(ref x, xStride);
            y = ref Unsafe.Add(ref y, yStride);
        }

        (Vector256.LoadUnsafe(ref sum) + sum0).StoreUnsafe(ref sum);
        (Vector256.LoadUnsafe(ref sum, vector) + sum1).StoreUnsafe(ref sum, vector);
        (Vector256.LoadUnsafe(ref sum, 2 * vector) + sum2).StoreUnsafe(ref sum, 2 * vector);
        (Vector256.LoadUnsafe(ref sum, 3 * vector) + sum3).StoreUnsafe(ref sum, 3 * vector);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTwoVectors<T, TTerm>(TTerm term, int rows, ref T x, nint xStride, ref T y, nint yStride, ref T sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        nuint vector = (nuint)Vector256<T>.Count;
        Vector256<T> sum0 = default, sum1 = default;
        for (int row = 0; row < rows; row++)
        {
            sum0 = term.AddTo(sum0, Vector256.LoadUnsafe(ref x), Vector256.LoadUnsafe(ref y));
            sum1 = term.AddTo(sum1, Vector256.LoadUnsafe(ref x, vector), Vector256.LoadUnsafe(ref y, vector));
            x = ref Unsafe.Add(ref x, xStride);
            y = ref Unsafe.Add(ref y, yStride);
        }

        (Vector256.LoadUnsafe(ref sum) + sum0).StoreUnsafe(ref sum);
        (Vector256.LoadUnsafe(ref sum, vector) + sum1).StoreUnsafe(ref sum, vector);
    }

    private static long LengthOf(int rows, int stride, int width) => rows == 0 ? 0 : (long)(rows - 1) * stride + width;

    private interface ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> AddTo(Vector256<T> sum, Vector256<T> x, Vector256<T> y);
    }

    private readonly struct Value<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> AddTo(Vector256<T> sum, Vector256<T> x, Vector256<T> y) => sum + x;
    }

    private readonly struct Product<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> AddTo(Vector256<T> sum, Vector256<T> x, Vector256<T> y) => Lanes.MultiplyAdd(x, y, sum);
    }

    private readonly struct SquaredDifference<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> AddTo(Vector256<T> sum, Vector256<T> x, Vector256<T> y) => Lanes.MultiplyAdd(x - y, x - y, sum);
    }
}
