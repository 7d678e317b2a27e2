using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class GemmMultiplyBlockInFloatTests : GemmMultiplyBlockTests<float>;

public sealed class GemmMultiplyBlockInDoubleTests : GemmMultiplyBlockTests<double>;

/// <summary>
/// How a block is cut into tiles, for every width of register, also those that this processor does not have: every element
/// is one chain of multiply-adds, whichever tile it falls into.
/// </summary>
public abstract class GemmMultiplyBlockTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int K = 9;

    public static TheoryData<int> Columns => [1, 8, 9, 16, 17, 64, 65];

    [Theory]
    [MemberData(nameof(Columns))]
    public void Tiles_of_128_bits_cover_every_block(int columns) => Check<TileRow128<T>>(columns);

    [Theory]
    [MemberData(nameof(Columns))]
    public void Tiles_of_256_bits_cover_every_block(int columns) => Check<TileRow256<T>>(columns);

    [Theory]
    [MemberData(nameof(Columns))]
    public void Tiles_of_512_bits_cover_every_block(int columns) => Check<TileRow512<T>>(columns);

    private static void Check<TRow>(int columns)
        where TRow : struct, ITileRow<TRow, T>
    {
        var random = new Random(columns);
        int width = Lanes.Pad(columns);
        T[] b = Numbers.Uniform<T>(random, K * columns), bias = Numbers.Uniform<T>(random, columns);
        using var panels = GuardedMemory<T>.Filled(Panels.Length(K, columns), T.Zero);
        Panels.Write(K, columns, b, panels.Span);
        using var start = GuardedMemory<T>.Of([.. bias, .. new T[width - columns]]);
        for (int rows = 1; rows <= 40; rows++)
        {
            T[] a = Numbers.Uniform<T>(random, rows * K);
            using var aGuarded = GuardedMemory<T>.Of(a);
            using var c = GuardedMemory<T>.Filled(rows * width, T.NaN);

            Gemm.MultiplyBlock<T, TRow>(
                rows, K, columns, new Strided<T>(ref aGuarded.Span[0], K, 1),
                new Strided<T>(ref panels.Span[0], Lanes.Strip, K * Lanes.Strip),
                new Strided<T>(ref start.Span[0], 0, Lanes.Strip), new Strided<T>(ref c.Span[0], width, Lanes.Strip));

            for (int i = 0; i < c.Span.Length; i++)
            {
                (int row, int column) = (i / width, i % width);
                T expected = column < columns ? bias[column] + Chain(a.AsSpan(row * K, K), b, column, columns) : T.Zero;
                Assert.True(expected == c.Span[i], $"{rows} rows: ({row}, {column}) is {c.Span[i]} in place of {expected}");
            }
        }
    }

    private static T Chain(ReadOnlySpan<T> a, ReadOnlySpan<T> b, int column, int columns)
    {
        T sum = T.Zero;
        for (int i = 0; i < a.Length; i++)
            sum = T.MultiplyAddEstimate(a[i], b[i * columns + column], sum);
        return sum;
    }
}
