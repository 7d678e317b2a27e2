using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// The matrix products of training: X·W, dY·Wᵀ (the same product with the transposed panels) and Xᵀ·dY.
/// </summary>
/// <remarks>
/// All three are C = start + A·B over tiles of a few rows and one strip of columns; they differ only in strides.
/// Every output element is computed alone: one chain of multiply-adds with k ascending within segments of
/// <see cref="Segment"/>, the segments added in order. How rows and strips are shared among workers, or how many rows
/// a batch has, therefore never changes a bit of the result.
/// </remarks>
internal static class Gemm
{
    /// <summary>
    /// Products that are summed in one chain. Short chains keep the rounding error of long sums small, and what a tile reads
    /// in the first-level cache.
    /// </summary>
    public const int Segment = 128;

    // Rows of the left matrix that meet all strips of the right one before the next ones do: a segment of them stays in the
    // second-level cache.
    private const int BlockRows = 192;

    // The tallest tile beside the tallest that the registers hold.
    private const int MaximumTail = 6;

    private static readonly byte[] Zeros = new byte[Lanes.Strip * sizeof(double)];

    /// <summary>Y = X·W + b.</summary>
    /// <param name="rows">Rows of x and y.</param>
    /// <param name="k">Columns of x, rows of W.</param>
    /// <param name="columns">Columns of W and y that are wanted; they begin with a strip.</param>
    /// <param name="x">(rows, k), rows <paramref name="xStride"/> apart.</param>
    /// <param name="xStride">Elements from one row of x to the next.</param>
    /// <param name="panels">W in <see cref="Panels"/>, from the first wanted column on: (columns / 16, k, 16).</param>
    /// <param name="bias">(columns padded to strips), or empty for none.</param>
    /// <param name="y">(rows, columns padded to strips), from the first wanted column on, rows <paramref name="yStride"/> apart.</param>
    /// <param name="yStride">Elements from one row of y to the next.</param>
    public static void Multiply<T>(
        int rows, int k, int columns, ReadOnlySpan<T> x, int xStride, ReadOnlySpan<T> panels, ReadOnlySpan<T> bias, Span<T> y, int yStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows == 0 || columns == 0)
            return;
        int width = Lanes.Pad(columns);
        if (k < 1)
            throw new ArgumentOutOfRangeException(nameof(k), $"k must be at least 1 but is {k}; give x a column, if only of zeros.");
        Guard.RequireLength(x.Length, (long)(rows - 1) * xStride + k, nameof(x));
        Guard.RequireLength(panels.Length, (long)width * k, nameof(panels));
        Guard.RequireLength(bias.Length, bias.IsEmpty ? 0 : width, nameof(bias));
        Guard.RequireStride(yStride, width, nameof(yStride));
        Guard.RequireLength(y.Length, (long)(rows - 1) * yStride + width, nameof(y));
        Multiply(
            rows, k, columns, accumulate: false,
            new Strided<T>(ref MemoryMarshal.GetReference(x), xStride, 1),
            new Strided<T>(ref MemoryMarshal.GetReference(panels), Lanes.Strip, (nint)k * Lanes.Strip),
            bias.IsEmpty ? Zero<T>() : new Strided<T>(ref MemoryMarshal.GetReference(bias), 0, Lanes.Strip),
            new Strided<T>(ref MemoryMarshal.GetReference(y), yStride, Lanes.Strip));
    }

    /// <summary>Some strips of Xᵀ·dY: for each input i and column j wanted, c[j / 16, i, j % 16] (+)= Σ_r x[r, i]·dy[r, j].</summary>
    /// <param name="rows">Rows of x and dy, over which the sum runs.</param>
    /// <param name="inputs">Columns of x that are wanted.</param>
    /// <param name="columns">Columns of dy that are wanted; they begin with a strip.</param>
    /// <param name="x">(rows, inputs), beginning at the first wanted column, rows <paramref name="xStride"/> apart.</param>
    /// <param name="xStride">Elements from one row of x to the next.</param>
    /// <param name="dy">
    /// (rows, columns padded to strips), beginning at the first wanted column, rows <paramref name="dyStride"/> apart.
    /// </param>
    /// <param name="dyStride">Elements from one row of dy to the next.</param>
    /// <param name="c">(columns / 16, inputs, 16): whole panels, or a part of one.</param>
    /// <param name="accumulate">Whether the product is added to c.</param>
    public static void MultiplyTransposed<T>(
        int rows, int inputs, int columns, ReadOnlySpan<T> x, int xStride, ReadOnlySpan<T> dy, int dyStride, Span<T> c, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = Lanes.Pad(columns);
        Guard.RequireLength(c.Length, (long)inputs * width, nameof(c));
        if (rows == 0 && !accumulate)
            c[..(inputs * width)].Clear();
        if (rows == 0 || inputs == 0 || columns == 0)
            return;
        Guard.RequireLength(x.Length, (long)(rows - 1) * xStride + inputs, nameof(x));
        Guard.RequireLength(dy.Length, (long)(rows - 1) * dyStride + width, nameof(dy));
        Multiply(
            inputs, rows, columns, accumulate,
            new Strided<T>(ref MemoryMarshal.GetReference(x), 1, xStride),
            new Strided<T>(ref MemoryMarshal.GetReference(dy), dyStride, Lanes.Strip),
            Zero<T>(),
            new Strided<T>(ref MemoryMarshal.GetReference(c), Lanes.Strip, (nint)inputs * Lanes.Strip));
    }

    // The columns of b, start and c, as strides see them, are strips; those of a are k.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<T>(
        int rows, int k, int columns, bool accumulate, in Strided<T> a, in Strided<T> b, in Strided<T> start, in Strided<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row += BlockRows)
        {
            int height = Math.Min(BlockRows, rows - row);
            for (int from = 0; from < k; from += Segment)
            {
                int length = Math.Min(Segment, k - from);
                Strided<T> begin = accumulate || from > 0 ? c.From(row, 0) : start.From(row, 0);
                MultiplyBlock(height, length, columns, a.From(row, from), b.From(from, 0), begin, c.From(row, 0));
            }
        }
    }

    private static void MultiplyBlock<T>(
        int rows, int k, int columns, in Strided<T> a, in Strided<T> b, in Strided<T> start, in Strided<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            MultiplyBlock<T, TileRow512<T>>(rows, k, columns, a, b, start, c);
        else if (Vector256.IsHardwareAccelerated)
            MultiplyBlock<T, TileRow256<T>>(rows, k, columns, a, b, start, c);
        else
            MultiplyBlock<T, TileRow128<T>>(rows, k, columns, a, b, start, c);
    }

    /// <summary>c = start + a·b for a block of rows, with one width of register.</summary>
    /// <param name="rows">Rows of a, start and c.</param>
    /// <param name="k">Columns of a, rows of b; one segment of the sum.</param>
    /// <param name="columns">
    /// Columns of b, start and c that are wanted; what follows them in the last strip becomes 0 if it is 0 in b and start.
    /// </param>
    /// <param name="a">(rows, k).</param>
    /// <param name="b">(k, strips).</param>
    /// <param name="start">(rows, strips); may be the memory of c.</param>
    /// <param name="c">(rows, strips).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void MultiplyBlock<T, TRow>(
        int rows, int k, int columns, in Strided<T> a, in Strided<T> b, in Strided<T> start, in Strided<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, ITileRow<TRow, T>
    {
        int strips = Lanes.Pad(columns) / Lanes.Strip;
        int strip = 0;
        if (rows == 1)
        {
            for (; strip + Tile.StripsOfOneRow <= strips; strip += Tile.StripsOfOneRow)
                MultiplyOneRow<T, TRow>(k, a, b.From(0, strip), start.From(0, strip), c.From(0, strip));
        }

        for (; strip < strips; strip++)
            MultiplyStrip<T, TRow>(rows, k, columns - strip * Lanes.Strip, a, b.From(0, strip), start.From(0, strip), c.From(0, strip));
    }

    private static void MultiplyOneRow<T, TRow>(int k, in Strided<T> a, in Strided<T> b, in Strided<T> start, in Strided<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, ITileRow<TRow, T>
    {
        // A tile may be narrower than a strip: doubles are twice as long.
        for (int lane = 0; lane < Lanes.Strip; lane += TRow.Columns)
            Tile.MultiplyOneRow<T, TRow>(k, a, b.Shift(lane), start.Shift(lane), c.Shift(lane));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyStrip<T, TRow>(
        int rows, int k, int columns, in Strided<T> a, in Strided<T> b, in Strided<T> start, in Strided<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, ITileRow<TRow, T>
    {
        for (int lane = 0; lane < Lanes.Strip; lane += TRow.Columns)
        {
            if (Vector256.IsHardwareAccelerated && columns - lane <= Vector256<T>.Count)
                MultiplyTiles<T, TileRowHalf<T>>(rows, k, a, b.Shift(lane), start.Shift(lane), c.Shift(lane));
            else
                MultiplyTiles<T, TRow>(rows, k, a, b.Shift(lane), start.Shift(lane), c.Shift(lane));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTiles<T, TRow>(int rows, int k, in Strided<T> a, in Strided<T> b, in Strided<T> start, in Strided<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, ITileRow<TRow, T>
    {
        for (int row = 0; row < rows;)
        {
            int height = TileHeight(rows - row, TRow.MaximumRows);
            Tile.Multiply<T, TRow>(height, k, a.From(row, 0), b, start.From(row, 0), c.From(row, 0));
            row += height;
        }
    }

    // Two tiles of about the same height at the end, rather than a full one and a rest too small to be fast.
    private static int TileHeight(int rows, int maximum)
    {
        int tail = Math.Min(MaximumTail, maximum);
        if (rows == maximum || rows >= maximum + tail)
            return maximum;
        return rows > tail ? Math.Min(tail, rows / 2) : rows;
    }

    private static Strided<T> Zero<T>() => new(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(Zeros)), 0, 0);
}
