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
        Reduce(default(Value<T>), rows, x, stride, x, stride, sum, accumulate);

    /// <summary>sum[j] (+)= Σ_r x[r, j]·y[r, j].</summary>
    public static void SumOfProducts<T>(int rows, ReadOnlySpan<T> x, ReadOnlySpan<T> y, int stride, Span<T> sum, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Reduce(default(Product<T>), rows, x, stride, y, stride, sum, accumulate);

    /// <summary>sum[j] = Σ_r (x[r, j] - centre[j])².</summary>
    public static void SumOfSquares<T>(int rows, ReadOnlySpan<T> x, int stride, ReadOnlySpan<T> centre, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Reduce(default(SquaredDifference<T>), rows, x, stride, centre, yStride: 0, sum, accumulate: false);

    private static void Reduce<T, TTerm>(
        TTerm term, int rows, ReadOnlySpan<T> x, int xStride, ReadOnlySpan<T> y, int yStride, Span<T> sum, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        RequireRows(rows, x, xStride, sum.Length);
        RequireRows(rows, y, yStride, sum.Length);
        for (int j = 0; j < sum.Length; j += Vector256<T>.Count)
        {
            ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), j);
            ref T second = ref Unsafe.Add(ref MemoryMarshal.GetReference(y), j);
            Vector256<T> total = default;
            for (int from = 0; from < rows; from += Gemm.Segment)
            {
                Vector256<T> segment = default;
                int to = Math.Min(rows, from + Gemm.Segment);
                for (nint row = from; row < to; row++)
                {
                    segment = term.AddTo(
                        segment,
                        Vector256.LoadUnsafe(ref Unsafe.Add(ref first, row * xStride)),
                        Vector256.LoadUnsafe(ref Unsafe.Add(ref second, row * yStride)));
                }

                total += segment;
            }

            ref T destination = ref Unsafe.Add(ref MemoryMarshal.GetReference(sum), j);
            (accumulate ? total + Vector256.LoadUnsafe(ref destination) : total).StoreUnsafe(ref destination);
        }
    }

    private static void RequireRows<T>(int rows, ReadOnlySpan<T> x, int stride, int width)
    {
        if (rows > 0 && x.Length < (long)(rows - 1) * stride + width)
            throw new ArgumentException("The span is shorter than its shape and stride.", nameof(x));
    }

    private interface ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> AddTo(Vector256<T> sum, Vector256<T> x, Vector256<T> y);
    }

    private readonly struct Value<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector256<T> AddTo(Vector256<T> sum, Vector256<T> x, Vector256<T> y) => sum + x;
    }

    private readonly struct Product<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector256<T> AddTo(Vector256<T> sum, Vector256<T> x, Vector256<T> y) => Lanes.MultiplyAdd(x, y, sum);
    }

    private readonly struct SquaredDifference<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Vector256<T> AddTo(Vector256<T> sum, Vector256<T> x, Vector256<T> y) => Lanes.MultiplyAdd(x - y, x - y, sum);
    }
}
