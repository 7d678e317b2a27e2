using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// The innermost loop of a matrix product: c = start + a·b for a few rows and strips, whose sums stay in registers.
/// </summary>
internal static class Tile
{
    /// <summary>Strips that a single row is multiplied with at once: one row alone has too few sums to keep the multipliers busy.</summary>
    public const int StripsOfOneRow = 4;

    /// <summary>c = start + a·b for so many rows, at most the row type's maximum, and one strip.</summary>
    /// <param name="rows">Rows of a, start and c: 1 to 6, or 12.</param>
    /// <param name="k">Columns of a, rows of b.</param>
    /// <param name="a">(rows, k).</param>
    /// <param name="b">(k, strips).</param>
    /// <param name="start">(rows, strips); may be the memory of c.</param>
    /// <param name="c">(rows, strips).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<T, TRow>(int rows, int k, in Strided<T> a, in Strided<T> b, in Strided<T> start, in Strided<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, ITileRow<TRow, T>
    {
        switch (rows)
        {
            case 1: Multiply<T, TRow, OneRow>(k, a, b, start, c); break;
            case 2: Multiply<T, TRow, TwoRows>(k, a, b, start, c); break;
            case 3: Multiply<T, TRow, ThreeRows>(k, a, b, start, c); break;
            case 4: Multiply<T, TRow, FourRows>(k, a, b, start, c); break;
            case 5: Multiply<T, TRow, FiveRows>(k, a, b, start, c); break;
            case 6: Multiply<T, TRow, SixRows>(k, a, b, start, c); break;
            case 12: Multiply<T, TRow, TwelveRows>(k, a, b, start, c); break;
            default: throw NoSuchTile(rows);
        }
    }

    /// <summary>c = start + a·b for one row and <see cref="StripsOfOneRow"/> strips.</summary>
    public static void MultiplyOneRow<T, TRow>(int k, in Strided<T> a, in Strided<T> b, in Strided<T> start, in Strided<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, ITileRow<TRow, T> =>
        Multiply<T, TRow, OneRowOfFourStrips>(k, a, b, start, c);

    // Compiled at once with all optimizations: the loop would otherwise run slowly until it has been called often enough.
    // And by itself: among others the compiler would not inline all that it is made of.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply<T, TRow, TShape>(int k, in Strided<T> a, in Strided<T> b, in Strided<T> start, in Strided<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, ITileRow<TRow, T>
        where TShape : struct, ITileShape
    {
        TRow c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        TRow c6 = default, c7 = default, c8 = default, c9 = default, c10 = default, c11 = default;
        ref T left = ref a.First;
        ref T right = ref b.First;
        for (int i = 0; i < k; i++)
        {
            TRow b0 = TRow.Load(ref right);
            TRow b1 = TShape.Strips > 1 ? TRow.Load(ref Unsafe.Add(ref right, b.ColumnStep)) : default;
            TRow b2 = TShape.Strips > 2 ? TRow.Load(ref Unsafe.Add(ref right, 2 * b.ColumnStep)) : default;
            TRow b3 = TShape.Strips > 3 ? TRow.Load(ref Unsafe.Add(ref right, 3 * b.ColumnStep)) : default;
            Step<T, TRow, TShape>(0, ref left, a.RowStep, b0, b1, b2, b3, ref c0);
            Step<T, TRow, TShape>(1, ref left, a.RowStep, b0, b1, b2, b3, ref c1);
            Step<T, TRow, TShape>(2, ref left, a.RowStep, b0, b1, b2, b3, ref c2);
            Step<T, TRow, TShape>(3, ref left, a.RowStep, b0, b1, b2, b3, ref c3);
            Step<T, TRow, TShape>(4, ref left, a.RowStep, b0, b1, b2, b3, ref c4);
            Step<T, TRow, TShape>(5, ref left, a.RowStep, b0, b1, b2, b3, ref c5);
            Step<T, TRow, TShape>(6, ref left, a.RowStep, b0, b1, b2, b3, ref c6);
            Step<T, TRow, TShape>(7, ref left, a.RowStep, b0, b1, b2, b3, ref c7);
            Step<T, TRow, TShape>(8, ref left, a.RowStep, b0, b1, b2, b3, ref c8);
            Step<T, TRow, TShape>(9, ref left, a.RowStep, b0, b1, b2, b3, ref c9);
            Step<T, TRow, TShape>(10, ref left, a.RowStep, b0, b1, b2, b3, ref c10);
            Step<T, TRow, TShape>(11, ref left, a.RowStep, b0, b1, b2, b3, ref c11);
            left = ref Unsafe.Add(ref left, a.ColumnStep);
            right = ref Unsafe.Add(ref right, b.RowStep);
        }

        Finish<T, TRow, TShape>(0, c0, start, c);
        Finish<T, TRow, TShape>(1, c1, start, c);
        Finish<T, TRow, TShape>(2, c2, start, c);
        Finish<T, TRow, TShape>(3, c3, start, c);
        Finish<T, TRow, TShape>(4, c4, start, c);
        Finish<T, TRow, TShape>(5, c5, start, c);
        Finish<T, TRow, TShape>(6, c6, start, c);
        Finish<T, TRow, TShape>(7, c7, start, c);
        Finish<T, TRow, TShape>(8, c8, start, c);
        Finish<T, TRow, TShape>(9, c9, start, c);
        Finish<T, TRow, TShape>(10, c10, start, c);
        Finish<T, TRow, TShape>(11, c11, start, c);
    }

    private static ArgumentOutOfRangeException NoSuchTile(int rows) =>
        new(nameof(rows), $"A tile has 1 to 6 rows, or 12, but {rows} were asked for; cut them into such tiles.");

    // Sum i is that of row i / strips and strip i % strips. i is a constant wherever this is inlined, so that what a shape
    // does not have costs nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<T, TRow, TShape>(int i, ref T a, nint aRow, TRow b0, TRow b1, TRow b2, TRow b3, ref TRow sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, ITileRow<TRow, T>
        where TShape : struct, ITileShape
    {
        if (i < TShape.Rows * TShape.Strips)
        {
            TRow b = (i % TShape.Strips) switch { 0 => b0, 1 => b1, 2 => b2, _ => b3 };
            sum.AddProduct(ref Unsafe.Add(ref a, i / TShape.Strips * aRow), b);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<T, TRow, TShape>(int i, TRow sum, in Strided<T> start, in Strided<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, ITileRow<TRow, T>
        where TShape : struct, ITileShape
    {
        if (i < TShape.Rows * TShape.Strips)
        {
            (nint row, nint strip) = (i / TShape.Strips, i % TShape.Strips);
            TRow.Store(TRow.Add(TRow.Load(ref start.From(row, strip).First), sum), ref c.From(row, strip).First);
        }
    }

    private readonly struct OneRow : ITileShape
    {
        public static int Rows => 1;

        public static int Strips => 1;
    }

    private readonly struct OneRowOfFourStrips : ITileShape
    {
        public static int Rows => 1;

        public static int Strips => StripsOfOneRow;
    }

    private readonly struct TwoRows : ITileShape
    {
        public static int Rows => 2;

        public static int Strips => 1;
    }

    private readonly struct ThreeRows : ITileShape
    {
        public static int Rows => 3;

        public static int Strips => 1;
    }

    private readonly struct FourRows : ITileShape
    {
        public static int Rows => 4;

        public static int Strips => 1;
    }

    private readonly struct FiveRows : ITileShape
    {
        public static int Rows => 5;

        public static int Strips => 1;
    }

    private readonly struct SixRows : ITileShape
    {
        public static int Rows => 6;

        public static int Strips => 1;
    }

    private readonly struct TwelveRows : ITileShape
    {
        public static int Rows => 12;

        public static int Strips => 1;
    }
}
