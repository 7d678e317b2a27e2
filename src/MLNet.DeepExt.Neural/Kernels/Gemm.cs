using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// The matrix products of training: X·W, dY·Wᵀ (the same product with the transposed panels) and Xᵀ·dY.
/// </summary>
/// <remarks>
/// All three are C = A·B over tiles of a few rows and one strip of columns; they differ only in strides.
/// Every output element is computed alone: one chain of fused multiply-adds with k ascending within segments of
/// <see cref="Segment"/>, the segments added in order. How rows and strips are shared among workers, or how many rows
/// a batch has, therefore never changes a bit of the result.
/// </remarks>
internal static class Gemm
{
    /// <summary>Products that are summed in one chain; short chains keep the rounding error of long sums small.</summary>
    public const int Segment = 256;

    private const int TileRows = 6;

    // Rows of the left matrix that meet all strips of the right one before the next ones do: a segment of them stays in the
    // second-level cache.
    private const int BlockRows = 192;

    /// <summary>Y = X·W.</summary>
    /// <param name="rows">Rows of x and y.</param>
    /// <param name="k">Columns of x, rows of W.</param>
    /// <param name="columns">Columns of W and y.</param>
    /// <param name="x">(rows, k), rows <paramref name="xStride"/> apart.</param>
    /// <param name="xStride">Elements from one row of x to the next.</param>
    /// <param name="panels">W in <see cref="Panels"/>: (columns / 16, k, 16).</param>
    /// <param name="y">(rows, columns padded to strips), rows <paramref name="yStride"/> apart.</param>
    /// <param name="yStride">Elements from one row of y to the next.</param>
    public static void Multiply<T>(
        int rows, int k, int columns, ReadOnlySpan<T> x, int xStride, ReadOnlySpan<T> panels, Span<T> y, int yStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows == 0)
            return;
        int width = Lanes.Pad(columns);
        Require(x.Length >= (long)(rows - 1) * xStride + k, nameof(x));
        Require(panels.Length >= (long)width * k, nameof(panels));
        Require(yStride >= width && y.Length >= (long)(rows - 1) * yStride + width, nameof(y));

        var a = new Operand<T>(ref MemoryMarshal.GetReference(x), xStride, 1);
        for (int row = 0; row < rows; row += BlockRows)
        {
            int height = Math.Min(BlockRows, rows - row);
            for (int from = 0; from < k; from += Segment)
            {
                int length = Math.Min(Segment, k - from);
                for (int column = 0; column < width; column += Lanes.Strip)
                {
                    ref T b = ref Unsafe.Add(ref MemoryMarshal.GetReference(panels), (nint)column * k + (nint)from * Lanes.Strip);
                    ref T c = ref Unsafe.Add(ref MemoryMarshal.GetReference(y), (nint)row * yStride + column);
                    MultiplyStrip(height, length, a.At(row, from), ref b, Lanes.Strip, ref c, yStride, accumulate: from > 0);
                }
            }
        }
    }

    /// <summary>Some strips of Xᵀ·dY: for each input i and column j wanted, c[j / 16, i, j % 16] (+)= Σ_r x[r, i]·dy[r, j].</summary>
    /// <param name="rows">Rows of x and dy, over which the sum runs.</param>
    /// <param name="inputs">Columns of x that are wanted.</param>
    /// <param name="strips">Strips of dy that are wanted.</param>
    /// <param name="x">(rows, inputs), beginning at the first wanted column, rows <paramref name="xStride"/> apart.</param>
    /// <param name="xStride">Elements from one row of x to the next.</param>
    /// <param name="dy">(rows, strips · 16), beginning at the first wanted strip, rows <paramref name="dyStride"/> apart.</param>
    /// <param name="dyStride">Elements from one row of dy to the next.</param>
    /// <param name="c">(strips, inputs, 16): whole panels, or a part of one.</param>
    /// <param name="accumulate">Whether the product is added to c.</param>
    public static void MultiplyTransposed<T>(
        int rows, int inputs, int strips, ReadOnlySpan<T> x, int xStride, ReadOnlySpan<T> dy, int dyStride, Span<T> c, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int panel = inputs * Lanes.Strip;
        Require(c.Length >= (long)panel * strips, nameof(c));
        if (rows == 0 && !accumulate)
            c[..(panel * strips)].Clear();
        if (rows == 0 || inputs == 0 || strips == 0)
            return;
        Require(x.Length >= (long)(rows - 1) * xStride + inputs, nameof(x));
        Require(dy.Length >= (long)(rows - 1) * dyStride + (long)strips * Lanes.Strip, nameof(dy));

        var a = new Operand<T>(ref MemoryMarshal.GetReference(x), 1, xStride);
        for (int input = 0; input < inputs; input += BlockRows)
        {
            int height = Math.Min(BlockRows, inputs - input);
            for (int from = 0; from < rows; from += Segment)
            {
                int length = Math.Min(Segment, rows - from);
                for (int strip = 0; strip < strips; strip++)
                {
                    ref T b = ref Unsafe.Add(ref MemoryMarshal.GetReference(dy), (nint)from * dyStride + (nint)strip * Lanes.Strip);
                    ref T destination = ref Unsafe.Add(ref MemoryMarshal.GetReference(c), (nint)strip * panel + (nint)input * Lanes.Strip);
                    MultiplyStrip(height, length, a.At(input, from), ref b, dyStride, ref destination, Lanes.Strip, accumulate || from > 0);
                }
            }
        }
    }

    private static void MultiplyStrip<T>(
        int rows, int k, Operand<T> a, ref T b, nint bStep, ref T c, nint cRow, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A tile is two vectors wide: a whole strip of floats, half a strip of doubles.
        for (nint lane = 0; lane < Lanes.Strip; lane += 2 * Vector256<T>.Count)
        {
            ref T bTile = ref Unsafe.Add(ref b, lane);
            ref T cTile = ref Unsafe.Add(ref c, lane);
            int row = 0;
            for (; row + TileRows <= rows; row += TileRows)
                SixRows(k, a.At(row, 0), ref bTile, bStep, ref Unsafe.Add(ref cTile, row * cRow), cRow, accumulate);
            for (; row < rows; row++)
                OneRow(k, a.At(row, 0), ref bTile, bStep, ref Unsafe.Add(ref cTile, row * cRow), accumulate);
        }
    }

    private static void SixRows<T>(int k, Operand<T> a, ref T b, nint bStep, ref T c, nint cRow, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector256<T> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        ref T a0 = ref a.First;
        for (int i = 0; i < k; i++)
        {
            Vector256<T> b0 = Vector256.LoadUnsafe(ref b);
            Vector256<T> b1 = Vector256.LoadUnsafe(ref b, (nuint)Vector256<T>.Count);
            Vector256<T> x = Vector256.Create(a0);
            c00 = Lanes.MultiplyAdd(x, b0, c00);
            c01 = Lanes.MultiplyAdd(x, b1, c01);
            x = Vector256.Create(Unsafe.Add(ref a0, a.Row));
            c10 = Lanes.MultiplyAdd(x, b0, c10);
            c11 = Lanes.MultiplyAdd(x, b1, c11);
            x = Vector256.Create(Unsafe.Add(ref a0, 2 * a.Row));
            c20 = Lanes.MultiplyAdd(x, b0, c20);
            c21 = Lanes.MultiplyAdd(x, b1, c21);
            x = Vector256.Create(Unsafe.Add(ref a0, 3 * a.Row));
            c30 = Lanes.MultiplyAdd(x, b0, c30);
            c31 = Lanes.MultiplyAdd(x, b1, c31);
            x = Vector256.Create(Unsafe.Add(ref a0, 4 * a.Row));
            c40 = Lanes.MultiplyAdd(x, b0, c40);
            c41 = Lanes.MultiplyAdd(x, b1, c41);
            x = Vector256.Create(Unsafe.Add(ref a0, 5 * a.Row));
            c50 = Lanes.MultiplyAdd(x, b0, c50);
            c51 = Lanes.MultiplyAdd(x, b1, c51);
            a0 = ref Unsafe.Add(ref a0, a.Step);
            b = ref Unsafe.Add(ref b, bStep);
        }

        Store(ref c, c00, c01, accumulate);
        Store(ref Unsafe.Add(ref c, cRow), c10, c11, accumulate);
        Store(ref Unsafe.Add(ref c, 2 * cRow), c20, c21, accumulate);
        Store(ref Unsafe.Add(ref c, 3 * cRow), c30, c31, accumulate);
        Store(ref Unsafe.Add(ref c, 4 * cRow), c40, c41, accumulate);
        Store(ref Unsafe.Add(ref c, 5 * cRow), c50, c51, accumulate);
    }

    private static void OneRow<T>(int k, Operand<T> a, ref T b, nint bStep, ref T c, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> c0 = default, c1 = default;
        ref T a0 = ref a.First;
        for (int i = 0; i < k; i++)
        {
            Vector256<T> x = Vector256.Create(a0);
            c0 = Lanes.MultiplyAdd(x, Vector256.LoadUnsafe(ref b), c0);
            c1 = Lanes.MultiplyAdd(x, Vector256.LoadUnsafe(ref b, (nuint)Vector256<T>.Count), c1);
            a0 = ref Unsafe.Add(ref a0, a.Step);
            b = ref Unsafe.Add(ref b, bStep);
        }

        Store(ref c, c0, c1, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(ref T c, Vector256<T> c0, Vector256<T> c1, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (accumulate)
        {
            c0 += Vector256.LoadUnsafe(ref c);
            c1 += Vector256.LoadUnsafe(ref c, (nuint)Vector256<T>.Count);
        }

        c0.StoreUnsafe(ref c);
        c1.StoreUnsafe(ref c, (nuint)Vector256<T>.Count);
    }

    private static void Require(bool longEnough, string span)
    {
        if (!longEnough)
            throw new ArgumentException($"The span {span} is shorter than its shape and stride.", span);
    }

    /// <summary>The left matrix, read in either direction: <c>Row</c> leads to the next row of C, <c>Step</c> to the next k.</summary>
    private readonly ref struct Operand<T>(ref T first, nint row, nint step)
    {
        public readonly ref T First = ref first;
        public readonly nint Row = row;
        public readonly nint Step = step;

        public Operand<T> At(int row, int k) => new(ref Unsafe.Add(ref First, row * Row + k * Step), Row, Step);
    }
}
