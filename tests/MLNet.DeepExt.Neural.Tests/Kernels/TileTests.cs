using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class TileInFloatTests : TileTests<float>;

public sealed class TileInDoubleTests : TileTests<double>;

/// <summary>
/// Every width of register computes the same numbers, also those that this processor does not have, where .NET puts wider
/// vectors together from narrower ones.
/// </summary>
public abstract class TileTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int K = 19;

    public static TheoryData<int> Heights => [1, 2, 3, 4, 5, 6, 12];

    [Theory]
    [MemberData(nameof(Heights))]
    public void Rows_of_128_bits_are_added_up_in_one_chain(int rows) => Check<TileRow128<T>>(rows, TileRow128<T>.Columns);

    [Theory]
    [MemberData(nameof(Heights))]
    public void Rows_of_256_bits_are_added_up_in_one_chain(int rows) => Check<TileRow256<T>>(rows, TileRow256<T>.Columns);

    [Theory]
    [MemberData(nameof(Heights))]
    public void Rows_of_512_bits_are_added_up_in_one_chain(int rows) => Check<TileRow512<T>>(rows, TileRow512<T>.Columns);

    [Theory]
    [MemberData(nameof(Heights))]
    public void Half_rows_are_added_up_in_one_chain_and_padded_with_zeros(int rows) =>
        Check<TileRowHalf<T>>(rows, TileRowHalf<T>.Columns / 2);

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(13)]
    public void A_height_that_no_tile_has_is_refused(int rows)
    {
        var memory = new T[16 * K];
        Assert.Equal(
            $"A tile has 1 to 6 rows, or 12, but {rows} were asked for; cut them into such tiles. (Parameter 'rows')",
            Assert.Throws<ArgumentOutOfRangeException>(() => Multiply(rows, memory)).Message);

        static void Multiply(int rows, T[] memory) => Tile.Multiply<T, TileRow512<T>>(
            rows, K, new Strided<T>(ref memory[0], 0, 1), new Strided<T>(ref memory[0], 0, 0),
            new Strided<T>(ref memory[0], 0, 0), new Strided<T>(ref memory[0], 0, 0));
    }

    [Fact]
    public void One_row_meets_four_strips_at_once()
    {
        CheckOneRow<TileRow128<T>>();
        CheckOneRow<TileRow256<T>>();
        CheckOneRow<TileRow512<T>>();
    }

    private static void Check<TRow>(int rows, int columns)
        where TRow : struct, ITileRow<TRow, T>
    {
        var random = new Random(rows);
        int width = TRow.Columns;
        T[] a = Numbers.Uniform<T>(random, rows * K);
        T[] b = Numbers.Uniform<T>(random, K * width);
        T[] start = Numbers.Uniform<T>(random, rows * width);
        using var aGuarded = GuardedMemory<T>.Of(a);
        using var bGuarded = GuardedMemory<T>.Of(b);
        using var startGuarded = GuardedMemory<T>.Of(start);
        using var c = GuardedMemory<T>.Filled(rows * width, T.NaN);

        Tile.Multiply<T, TRow>(
            rows, K, new Strided<T>(ref aGuarded.Span[0], K, 1), new Strided<T>(ref bGuarded.Span[0], width, 0),
            new Strided<T>(ref startGuarded.Span[0], width, 0), new Strided<T>(ref c.Span[0], width, 0));

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < width; column++)
            {
                T expected = column < columns ? start[row * width + column] + Chain(a.AsSpan(row * K, K), b, column, width) : T.Zero;
                Assert.Equal(expected, c.Span[row * width + column]);
            }
        }
    }

    private static void CheckOneRow<TRow>()
        where TRow : struct, ITileRow<TRow, T>
    {
        var random = new Random(1);
        int strip = K * Lanes.Strip;
        T[] a = Numbers.Uniform<T>(random, K);
        T[] b = Numbers.Uniform<T>(random, Tile.StripsOfOneRow * strip);
        T[] bias = Numbers.Uniform<T>(random, 64);
        using var c = GuardedMemory<T>.Filled(64, T.NaN);
        for (int lane = 0; lane < Lanes.Strip; lane += TRow.Columns)
        {
            Tile.MultiplyOneRow<T, TRow>(
                K, new Strided<T>(ref a[0], K, 1), new Strided<T>(ref b[lane], Lanes.Strip, strip),
                new Strided<T>(ref bias[lane], 0, Lanes.Strip), new Strided<T>(ref c.Span[lane], 0, Lanes.Strip));
        }

        for (int column = 0; column < 64; column++)
        {
            T sum = Chain(a, b.AsSpan(column / Lanes.Strip * strip), column % Lanes.Strip, Lanes.Strip);
            Assert.Equal(bias[column] + sum, c.Span[column]);
        }
    }

    private static T Chain(ReadOnlySpan<T> a, ReadOnlySpan<T> b, int column, int width)
    {
        T sum = T.Zero;
        for (int i = 0; i < K; i++)
            sum = T.MultiplyAddEstimate(a[i], b[i * width + column], sum);
        return sum;
    }
}
