using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class GemmMultiplyInFloatTests : GemmMultiplyTests<float>;

public sealed class GemmMultiplyInDoubleTests : GemmMultiplyTests<double>;

/// <summary>Y = X·W, and dX = dY·Wᵀ, which is the same with the transposed panels.</summary>
public abstract class GemmMultiplyTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<int, int, int> NamedShapes => ProductShapes.Named;

    public static TheoryData<int, int, int> BorderShapes => new()
    {
        { 1, 1, 1 }, { 1, 17, 33 }, { 6, 16, 16 }, { 7, 255, 17 }, { 5, 256, 15 },
        { 13, 257, 48 }, { 3, 1000, 20 }, { 64, 300, 1 },
        { 192, 30, 17 }, { 193, 300, 20 }, { 391, 40, 33 }, { 1, 129, 65 }, { 2, 127, 64 }, { 17, 128, 8 }, { 23, 512, 9 },
    };

    [Theory]
    [MemberData(nameof(NamedShapes))]
    [MemberData(nameof(BorderShapes))]
    public void Equals_the_oracle_within_its_error_bound(int rows, int k, int columns) =>
        CheckAgainstOracle(new Random(1), rows, k, columns, xStride: k, yStride: Lanes.Pad(columns), withBias: columns % 2 == 0);

    [Theory]
    [MemberData(nameof(NamedShapes))]
    [MemberData(nameof(BorderShapes))]
    public void With_transposed_panels_it_equals_the_oracle_of_the_transposed_matrix(int rows, int k, int columns)
    {
        var random = new Random(6);
        T[] dy = Numbers.Uniform<T>(random, rows * columns), w = Numbers.Uniform<T>(random, k * columns);
        var panels = new T[Panels.Length(k, columns)];
        Panels.Write<T>(k, columns, w, panels);
        using var transposed = GuardedMemory<T>.Filled(Panels.Length(columns, k), T.Zero);
        Panels.Transpose(k, columns, panels, transposed.Span, 0, panels.Length);
        int width = Lanes.Pad(k);
        using var dx = GuardedMemory<T>.Filled(rows * width, T.NaN);

        Gemm.Multiply(rows, columns, k, dy, columns, transposed.Span, default, dx.Span, width);

        foreach (int row in ProductShapes.RowsToCheck(rows, k, columns))
        {
            for (int input = 0; input < k; input++)
            {
                var sum = new CompensatedSum();
                for (int j = 0; j < columns; j++)
                    sum.Add(double.CreateTruncating(dy[row * columns + j]), double.CreateTruncating(w[input * columns + j]));
                double error = Math.Abs(double.CreateTruncating(dx.Span[row * width + input]) - sum.Value);
                double bound = RoundingsOf(columns) * Accuracy.UnitRoundoff<T>() * sum.Magnitude;
                Assert.True(error <= bound, $"({rows}×{columns})·({k}×{columns})ᵀ: error {error} at ({row}, {input}) is above {bound}");
            }
        }
    }

    [Fact]
    public void Equals_the_oracle_on_ragged_shapes_with_gaps_between_the_rows()
    {
        var random = new Random(2);
        for (int sample = 0; sample < 1000; sample++)
        {
            int rows = random.Next(1, 41), k = random.Next(1, 41), columns = random.Next(1, 41);
            int yStride = Lanes.Pad(columns) + random.Next(0, 20);
            CheckAgainstOracle(random, rows, k, columns, k + random.Next(0, 20), yStride, withBias: sample % 2 == 0);
        }
    }

    [Fact]
    public void A_row_has_the_same_bits_alone_as_in_a_batch()
    {
        var problem = new Problem(new Random(3), 41, 1000, 37);
        T[] together = problem.Multiply(0, 41);
        for (int row = 0; row < 41; row++)
            Assert.True(Accuracy.SameBits<T>(together.AsSpan(row * 48, 48), problem.Multiply(row, row + 1)), $"row {row}");
    }

    [Fact]
    public void Cutting_the_rows_anywhere_gives_the_same_bits()
    {
        var problem = new Problem(new Random(4), 20, 300, 23);
        T[] whole = problem.Multiply(0, 20);
        for (int cut = 1; cut < 20; cut++)
        {
            T[] parts = [.. problem.Multiply(0, cut), .. problem.Multiply(cut, 20)];
            Assert.True(Accuracy.SameBits<T>(whole, parts), $"cut at row {cut}");
        }
    }

    [Fact]
    public void A_strip_has_the_same_bits_alone_as_in_the_matrix()
    {
        var problem = new Problem(new Random(5), 9, 270, 70);
        T[] whole = problem.Multiply(0, 9);
        for (int strip = 0; strip < 5; strip++)
        {
            var y = new T[9 * Lanes.Strip];
            Gemm.Multiply<T>(
                9, 270, Lanes.Strip, problem.X, 270, problem.Panels.AsSpan(strip * 270 * Lanes.Strip, 270 * Lanes.Strip),
                problem.Bias.AsSpan(strip * Lanes.Strip), y, Lanes.Strip);
            for (int row = 0; row < 9; row++)
            {
                ReadOnlySpan<T> expected = whole.AsSpan(row * 80 + strip * Lanes.Strip, Lanes.Strip);
                Assert.True(Accuracy.SameBits(expected, y.AsSpan(row * Lanes.Strip, Lanes.Strip)), $"strip {strip}, row {row}");
            }
        }
    }

    [Fact]
    public void Nothing_is_written_for_no_rows()
    {
        T[] y = [.. Enumerable.Repeat(T.One, 16)];
        Gemm.Multiply<T>(0, 3, 5, [], 3, new T[48], default, y, 16);
        Assert.All(y, value => Assert.Equal(T.One, value));
    }

    [Theory]
    [InlineData(1, 0, 0, 0, "x", 21)]
    [InlineData(0, 1, 0, 0, "panels", 224)]
    [InlineData(0, 0, 1, 0, "bias", 32)]
    [InlineData(0, 0, 0, 1, "y", 96)]
    public void A_span_one_element_too_short_is_refused(
        int lessX, int lessPanels, int lessBias, int lessY, string name, int needed)
    {
        var exception = Assert.Throws<ArgumentException>(name, () => Gemm.Multiply<T>(
            3, 7, 20, new T[21 - lessX], 7, new T[224 - lessPanels], new T[32 - lessBias], new T[96 - lessY], 32));
        Assert.Equal(Refusal.TooShort(name, needed), exception.Message);
    }

    [Fact]
    public void Rows_that_overlap_and_a_product_over_no_columns_are_refused()
    {
        Assert.Equal(
            "Rows that are 32 wide lie 31 apart by yStride; it must be at least the width. (Parameter 'yStride')",
            Assert.Throws<ArgumentException>(() => Gemm.Multiply<T>(3, 7, 20, new T[21], 7, new T[224], default, new T[96], 31)).Message);
        Assert.Equal(
            "k must be at least 1 but is 0; give x a column, if only of zeros. (Parameter 'k')",
            Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Multiply<T>(3, 0, 20, [], 0, [], default, new T[96], 32)).Message);
    }

    private static void CheckAgainstOracle(Random random, int rows, int k, int columns, int xStride, int yStride, bool withBias)
    {
        int width = Lanes.Pad(columns);
        T[] x = Numbers.Uniform<T>(random, rows * k), w = Numbers.Uniform<T>(random, k * columns);
        using var xGuarded = GuardedMemory<T>.Of(Numbers.Spread<T>(x, rows, k, xStride, gap: T.NaN));
        using var panels = GuardedMemory<T>.Filled(Panels.Length(k, columns), T.Zero);
        Panels.Write(k, columns, w, panels.Span);
        T[] bias = withBias ? [.. Numbers.Uniform<T>(random, columns), .. new T[width - columns]] : [];
        using var biasGuarded = GuardedMemory<T>.Of(bias);
        // NaN shows what is not written, or is added to what stood there before.
        using var y = GuardedMemory<T>.Filled((rows - 1) * yStride + width, T.NaN);

        Gemm.Multiply(rows, k, columns, xGuarded.Span, xStride, panels.Span, biasGuarded.Span, y.Span, yStride);

        double roundings = RoundingsOf(k) + (withBias ? 1 : 0);
        foreach (int row in ProductShapes.RowsToCheck(rows, k, columns))
        {
            for (int column = 0; column < columns; column++)
            {
                var sum = new CompensatedSum();
                if (withBias)
                    sum.Add(double.CreateTruncating(bias[column]));
                for (int i = 0; i < k; i++)
                    sum.Add(double.CreateTruncating(x[row * k + i]), double.CreateTruncating(w[i * columns + column]));
                double error = Math.Abs(double.CreateTruncating(y.Span[row * yStride + column]) - sum.Value);
                double bound = roundings * Accuracy.UnitRoundoff<T>() * sum.Magnitude;
                Assert.True(error <= bound, $"({rows}×{k})·({k}×{columns}): error {error} at ({row}, {column}) is above {bound}");
            }
        }

        for (int row = 0; row < rows; row++)
        {
            Span<T> afterwards = y.Span[(row * yStride + columns)..Math.Min(y.Span.Length, (row + 1) * yStride)];
            for (int gap = 0; gap < afterwards.Length; gap++)
            {
                bool isPadding = columns + gap < width;
                bool isAsItShould = isPadding ? afterwards[gap] == T.Zero : T.IsNaN(afterwards[gap]);
                Assert.True(isAsItShould, $"row {row}, column {columns + gap} became {afterwards[gap]}");
            }
        }
    }

    // Of one chain and of adding the segments.
    private static double RoundingsOf(int k) => Math.Min(k, Gemm.Segment) + (k + Gemm.Segment - 1) / Gemm.Segment;

    private sealed class Problem(Random random, int rows, int k, int columns)
    {
        public T[] X { get; } = Numbers.Uniform<T>(random, rows * k);

        public T[] Bias { get; } = [.. Numbers.Uniform<T>(random, columns), .. new T[Lanes.Pad(columns) - columns]];

        public T[] Panels { get; } = PanelsOf(k, columns, Numbers.Uniform<T>(random, k * columns));

        public T[] Multiply(int from, int to)
        {
            var y = new T[(to - from) * Lanes.Pad(columns)];
            Gemm.Multiply<T>(to - from, k, columns, X.AsSpan(from * k), k, Panels, Bias, y, Lanes.Pad(columns));
            return y;
        }

        private static T[] PanelsOf(int inputs, int units, T[] rowMajor)
        {
            var panels = new T[Neural.Kernels.Panels.Length(inputs, units)];
            Neural.Kernels.Panels.Write<T>(inputs, units, rowMajor, panels);
            return panels;
        }
    }
}
