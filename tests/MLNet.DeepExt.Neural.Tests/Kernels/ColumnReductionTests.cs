using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class ColumnReductionInFloatTests : ColumnReductionTests<float>;

public sealed class ColumnReductionInDoubleTests : ColumnReductionTests<double>;

public abstract class ColumnReductionTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 16, 16 }, { 2, 32, 40 }, { 7, 48, 48 }, { 255, 16, 16 }, { 256, 16, 17 }, { 257, 32, 32 }, { 1000, 16, 24 },
        { 127, 64, 64 }, { 128, 80, 80 }, { 129, 64, 80 }, { 127, 16, 16 }, { 128, 48, 48 }, { 129, 80, 90 }, { 3, 64, 64 }, { 5, 80, 81 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sums_equal_the_oracle_within_their_error_bound(int rows, int width, int stride)
    {
        var random = new Random(1);
        T[] x = Numbers.Uniform<T>(random, rows * width), before = Numbers.Uniform<T>(random, width);
        using var guarded = GuardedMemory<T>.Of(Numbers.Spread<T>(x, rows, width, stride, gap: T.NaN));

        using var sum = GuardedMemory<T>.Filled(width, T.NaN);
        ColumnReduction.Sum(rows, guarded.Span, stride, sum.Span, accumulate: false);
        Check(rows, width, sum.Span, (_, _) => 0, (row, column) => (At(x, row, column), 1));

        before.CopyTo(sum.Span);
        ColumnReduction.Sum(rows, guarded.Span, stride, sum.Span, accumulate: true);
        Check(rows, width, sum.Span, (_, column) => At(before, 0, column), (row, column) => (At(x, row, column), 1));

        double At(T[] matrix, int row, int column) => double.CreateTruncating(matrix[row * width + column]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sums_of_products_equal_the_oracle_within_their_error_bound(int rows, int width, int stride)
    {
        var random = new Random(2);
        T[] x = Numbers.Uniform<T>(random, rows * width);
        T[] y = Numbers.Uniform<T>(random, rows * width);
        T[] before = Numbers.Uniform<T>(random, width);
        using var xGuarded = GuardedMemory<T>.Of(Numbers.Spread<T>(x, rows, width, stride, gap: T.NaN));
        using var yGuarded = GuardedMemory<T>.Of(Numbers.Spread<T>(y, rows, width, stride, gap: T.NaN));

        using var sum = GuardedMemory<T>.Filled(width, T.NaN);
        ColumnReduction.SumOfProducts(rows, xGuarded.Span, yGuarded.Span, stride, sum.Span, accumulate: false);
        Check(rows, width, sum.Span, (_, _) => 0, (row, column) => (At(x, row, column), At(y, row, column)));

        before.CopyTo(sum.Span);
        ColumnReduction.SumOfProducts(rows, xGuarded.Span, yGuarded.Span, stride, sum.Span, accumulate: true);
        Check(rows, width, sum.Span, (_, column) => At(before, 0, column), (row, column) => (At(x, row, column), At(y, row, column)));

        double At(T[] matrix, int row, int column) => double.CreateTruncating(matrix[row * width + column]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sums_of_squares_about_a_centre_far_from_zero_keep_their_accuracy(int rows, int width, int stride)
    {
        var random = new Random(3);
        T[] x = Numbers.Uniform<T>(random, rows * width, 1000, 1001), centre = Numbers.Uniform<T>(random, width, 1000, 1001);
        using var xGuarded = GuardedMemory<T>.Of(Numbers.Spread<T>(x, rows, width, stride, gap: T.NaN));
        using var centreGuarded = GuardedMemory<T>.Of(centre);
        using var sum = GuardedMemory<T>.Filled(width, T.NaN);

        ColumnReduction.SumOfSquares(rows, xGuarded.Span, stride, centreGuarded.Span, sum.Span);

        // The differences are exact (Sterbenz), so that the bound is that of a sum of products.
        Check(rows, width, sum.Span, (_, _) => 0, (row, column) =>
        {
            double difference = double.CreateTruncating(x[row * width + column] - centre[column]);
            return (difference, difference);
        });
    }

    [Fact]
    public void A_column_has_the_same_bits_in_every_strip_and_share()
    {
        const int Rows = 300, Width = 48;
        T[] x = Numbers.Uniform<T>(new Random(4), Rows * Width), y = Numbers.Uniform<T>(new Random(5), Rows * Width);
        var whole = new T[Width];
        ColumnReduction.SumOfProducts<T>(Rows, x, y, Width, whole, accumulate: false);
        for (int strip = 0; strip < Width; strip += Lanes.Strip)
        {
            var alone = new T[Lanes.Strip];
            ColumnReduction.SumOfProducts<T>(Rows, x.AsSpan(strip), y.AsSpan(strip), Width, alone, accumulate: false);
            Assert.True(Accuracy.SameBits<T>(whole.AsSpan(strip, Lanes.Strip), alone), $"strip at {strip}");
        }
    }

    [Fact]
    public void The_sum_over_no_rows_is_zero_and_added_to_nothing_changes_nothing()
    {
        T[] sum = [.. Enumerable.Repeat(T.One, 32)];
        ColumnReduction.Sum(0, [], 32, sum.AsSpan(), accumulate: true);
        Assert.All(sum, value => Assert.Equal(T.One, value));
        ColumnReduction.SumOfSquares(0, [], 32, new T[32], sum.AsSpan());
        Assert.All(sum, value => Assert.Equal(T.Zero, value));
        sum.AsSpan().Fill(T.One);
        ColumnReduction.Sum(0, [], 32, sum.AsSpan(), accumulate: false);
        Assert.All(sum, value => Assert.Equal(T.Zero, value));
    }

    [Fact]
    public void A_span_one_element_too_short_is_refused()
    {
        T[] enough = new T[2 * 40 + 32], less = new T[2 * 40 + 31], sum = new T[32];
        Refused("x", 112, () => ColumnReduction.Sum(3, less, 40, sum.AsSpan(), accumulate: false));
        Refused("y", 112, () => ColumnReduction.SumOfProducts(3, enough, less, 40, sum.AsSpan(), accumulate: false));
        Refused("x", 112, () => ColumnReduction.SumOfProducts(3, less, enough, 40, sum.AsSpan(), accumulate: false));
        Refused("x", 112, () => ColumnReduction.SumOfSquares(3, less, 40, new T[32], sum.AsSpan()));
        Refused("centre", 32, () => ColumnReduction.SumOfSquares(3, enough, 40, new T[31], sum.AsSpan()));

        static void Refused(string span, int needed, Action reduce) =>
            Assert.Equal(Refusal.TooShort(span, needed), Assert.Throws<ArgumentException>(span, reduce).Message);
    }

    [Fact]
    public void A_width_that_is_not_whole_strips_is_refused() => Assert.Equal(
        "The width of sum is 31; it must be whole strips of 16 columns, such as 32. (Parameter 'sum')",
        Assert.Throws<ArgumentException>(() => ColumnReduction.Sum(3, new T[200], 40, new T[31], accumulate: false)).Message);

    private static void Check(
        int rows, int width, ReadOnlySpan<T> sums, Func<int, int, double> before, Func<int, int, (double, double)> term)
    {
        double roundings = Math.Min(rows, Gemm.Segment) + (rows + Gemm.Segment - 1) / Gemm.Segment + 1;
        for (int column = 0; column < width; column++)
        {
            var exact = new CompensatedSum();
            exact.Add(before(0, column));
            for (int row = 0; row < rows; row++)
            {
                (double a, double b) = term(row, column);
                exact.Add(a, b);
            }

            double error = Math.Abs(double.CreateTruncating(sums[column]) - exact.Value);
            double bound = roundings * Accuracy.UnitRoundoff<T>() * exact.Magnitude;
            Assert.True(error <= bound, $"{rows} rows: error {error} in column {column} is above {bound}");
        }
    }
}
