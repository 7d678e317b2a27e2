using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>The products of a first layer whose inputs are sparse: X·W and Xᵀ·dY, at a cost that grows with the entries of X.</summary>
/// <remarks>
/// Entries that are left out add nothing to the sums of <see cref="Gemm"/>, which are chains of multiply-adds over segments
/// of k, fused where the processor can: here the chains are the same, cut at the same k. So rows give the same bits sparse as
/// dense, as long as no product is so small that it vanishes (then a zero may differ in its sign).
/// </remarks>
internal static class SparseProduct
{
    /// <summary>Y = X·W + b.</summary>
    /// <param name="k">Columns of x, rows of W.</param>
    /// <param name="width">Columns of W and y, padded to strips.</param>
    /// <param name="starts">(rows + 1): where the entries of each row of x begin, and where the last one's end.</param>
    /// <param name="columns">(entries): the column of each, from 0 to k - 1, ascending within a row.</param>
    /// <param name="values">(entries).</param>
    /// <param name="panels">W in <see cref="Panels"/>: (width / 16, k, 16).</param>
    /// <param name="bias">(width), or empty for none.</param>
    /// <param name="y">(rows, width), rows <paramref name="yStride"/> apart.</param>
    /// <param name="yStride">Elements from one row of y to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T>(
        int k, int width, ReadOnlySpan<int> starts, ReadOnlySpan<int> columns, ReadOnlySpan<T> values,
        ReadOnlySpan<T> panels, ReadOnlySpan<T> bias, Span<T> y, int yStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = starts.Length - 1;
        if (rows <= 0)
            return;
        Guard.RequireStrips(width, nameof(width));
        Guard.RequireLength(columns.Length, starts[rows], nameof(columns));
        Guard.RequireLength(values.Length, starts[rows], nameof(values));
        Guard.RequireLength(panels.Length, (long)width * k, nameof(panels));
        Guard.RequireLength(bias.Length, bias.IsEmpty ? 0 : width, nameof(bias));
        Guard.RequireStride(yStride, width, nameof(yStride));
        Guard.RequireLength(y.Length, (long)(rows - 1) * yStride + width, nameof(y));

        ref T w = ref MemoryMarshal.GetReference(panels);
        int pair = 2 * Vector256<T>.Count; // a strip of floats, half a strip of doubles
        for (int row = 0; row < rows; row++)
        {
            int start = starts[row], count = starts[row + 1] - start;
            var entries = new Entries<T>(columns.Slice(start, count), values.Slice(start, count));
            RequireColumns(row, columns.Slice(start, count), k);
            Span<T> yRow = y.Slice(row * yStride, width);
            if (bias.IsEmpty)
                yRow.Clear();
            else
                bias[..width].CopyTo(yRow);
            ref T first = ref MemoryMarshal.GetReference(yRow);
            int column = 0;
            for (; column + pair < width; column += 2 * pair)
                TwoPairs(entries, ref PanelAt(ref w, k, column), ref PanelAt(ref w, k, column + pair), ref Unsafe.Add(ref first, column));
            if (column < width)
                OnePair(entries, ref PanelAt(ref w, k, column), Lanes.Strip, ref Unsafe.Add(ref first, column), accumulate: true);
        }
    }

    /// <summary>One strip of Xᵀ·dY for some inputs i: c[i] (+)= Σ x[r, i]·dy[r, strip] over the entries of i.</summary>
    /// <param name="starts">(inputs + 1): where the entries of each input begin, and where the last one's end.</param>
    /// <param name="rows">(entries): the row of each, counted from 0 and ascending for each input.</param>
    /// <param name="values">(entries).</param>
    /// <param name="dy">(rows, 16), rows <paramref name="dyStride"/> apart: beginning at the wanted strip.</param>
    /// <param name="dyStride">Elements from one row of dy to the next.</param>
    /// <param name="c">(inputs, 16).</param>
    /// <param name="accumulate">Whether the product is added to c.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyTransposed<T>(
        ReadOnlySpan<int> starts, ReadOnlySpan<int> rows, ReadOnlySpan<T> values, ReadOnlySpan<T> dy, int dyStride, Span<T> c,
        bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int inputs = starts.Length - 1;
        if (inputs <= 0)
            return;
        Guard.RequireLength(rows.Length, starts[inputs], nameof(rows));
        Guard.RequireLength(values.Length, starts[inputs], nameof(values));
        Guard.RequireLength(c.Length, (long)inputs * Lanes.Strip, nameof(c));

        for (int input = 0; input < inputs; input++)
        {
            int start = starts[input], count = starts[input + 1] - start;
            var entries = new Entries<T>(rows.Slice(start, count), values.Slice(start, count));
            // Rows ascend, so that none lies further on in dy than the last.
            if (count > 0)
                Guard.RequireLength(dy.Length, (long)rows[start + count - 1] * dyStride + Lanes.Strip, nameof(dy));
            for (int lane = 0; lane < Lanes.Strip; lane += 2 * Vector256<T>.Count)
            {
                ref T destination = ref Unsafe.Add(ref MemoryMarshal.GetReference(c), (nint)input * Lanes.Strip + lane);
                OnePair(entries, ref Unsafe.Add(ref MemoryMarshal.GetReference(dy), lane), dyStride, ref destination, accumulate);
            }
        }
    }

    // Where the strip that holds a column begins in the panels, the column's lane added.
    private static ref T PanelAt<T>(ref T panels, int k, int column) =>
        ref Unsafe.Add(ref panels, (nint)(column / Lanes.Strip) * k * Lanes.Strip + column % Lanes.Strip);

    // y += two vectors from each of two places in the panels, for twice as many chains side by side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoPairs<T>(Entries<T> x, ref T first, ref T second, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> sum0 = Vector256.LoadUnsafe(ref y);
        Vector256<T> sum1 = Vector256.LoadUnsafe(ref y, (nuint)Vector256<T>.Count);
        Vector256<T> sum2 = Vector256.LoadUnsafe(ref y, (nuint)(2 * Vector256<T>.Count));
        Vector256<T> sum3 = Vector256.LoadUnsafe(ref y, (nuint)(3 * Vector256<T>.Count));
        int entry = 0;
        while (entry < x.Count)
        {
            uint segment = x.SegmentOf(entry);
            Vector256<T> c0 = default, c1 = default, c2 = default, c3 = default;
            do
            {
                nint line = (nint)x.IndexAt(entry) * Lanes.Strip;
                Vector256<T> value = Vector256.Create(x.ValueAt(entry));
                ref T b = ref Unsafe.Add(ref first, line);
                c0 = Lanes.MultiplyAdd(value, Vector256.LoadUnsafe(ref b), c0);
                c1 = Lanes.MultiplyAdd(value, Vector256.LoadUnsafe(ref b, (nuint)Vector256<T>.Count), c1);
                b = ref Unsafe.Add(ref second, line);
                c2 = Lanes.MultiplyAdd(value, Vector256.LoadUnsafe(ref b), c2);
                c3 = Lanes.MultiplyAdd(value, Vector256.LoadUnsafe(ref b, (nuint)Vector256<T>.Count), c3);
                entry++;
            }
            while (entry < x.Count && x.SegmentOf(entry) == segment);
            sum0 += c0;
            sum1 += c1;
            sum2 += c2;
            sum3 += c3;
        }

        sum0.StoreUnsafe(ref y);
        sum1.StoreUnsafe(ref y, (nuint)Vector256<T>.Count);
        sum2.StoreUnsafe(ref y, (nuint)(2 * Vector256<T>.Count));
        sum3.StoreUnsafe(ref y, (nuint)(3 * Vector256<T>.Count));
    }

    // y (+)= two vectors from each line of b: what is left over of an odd number of strips of floats, or an input's gradient.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OnePair<T>(Entries<T> x, ref T b, nint step, ref T y, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> sum0 = accumulate ? Vector256.LoadUnsafe(ref y) : default;
        Vector256<T> sum1 = accumulate ? Vector256.LoadUnsafe(ref y, (nuint)Vector256<T>.Count) : default;
        int entry = 0;
        while (entry < x.Count)
        {
            uint segment = x.SegmentOf(entry);
            Vector256<T> c0 = default, c1 = default;
            do
            {
                ref T line = ref Unsafe.Add(ref b, x.IndexAt(entry) * step);
                Vector256<T> value = Vector256.Create(x.ValueAt(entry));
                c0 = Lanes.MultiplyAdd(value, Vector256.LoadUnsafe(ref line), c0);
                c1 = Lanes.MultiplyAdd(value, Vector256.LoadUnsafe(ref line, (nuint)Vector256<T>.Count), c1);
                entry++;
            }
            while (entry < x.Count && x.SegmentOf(entry) == segment);
            sum0 += c0;
            sum1 += c1;
        }

        sum0.StoreUnsafe(ref y);
        sum1.StoreUnsafe(ref y, (nuint)Vector256<T>.Count);
    }

    // Rows may be kept in arrays of the user, who may have changed them since they were checked.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RequireColumns(int row, ReadOnlySpan<int> columns, int k)
    {
        foreach (int column in columns)
        {
            if ((uint)column >= (uint)k)
            {
                throw new ArgumentException(
                    $"Row {row} has column {column} but there are {k}; do not change rows that are in use.", nameof(columns));
            }
        }
    }

    /// <summary>Some entries: index, which is k of the sum, and value.</summary>
    private readonly ref struct Entries<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        private readonly ref int _indices = ref MemoryMarshal.GetReference(indices);
        private readonly ref T _values = ref MemoryMarshal.GetReference(values);

        public readonly int Count = indices.Length;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int IndexAt(int entry) => Unsafe.Add(ref _indices, entry);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T ValueAt(int entry) => Unsafe.Add(ref _values, entry);

        /// <summary>The segment of the sum that an entry belongs to.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public uint SegmentOf(int entry) => (uint)IndexAt(entry) / Gemm.Segment;
    }
}
