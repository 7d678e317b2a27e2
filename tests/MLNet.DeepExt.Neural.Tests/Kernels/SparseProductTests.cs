using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class SparseProductInFloatTests : SparseProductTests<float>;

public sealed class SparseProductInDoubleTests : SparseProductTests<double>;

/// <summary>Y = X·W and Xᵀ·dY with the zeros of X left out.</summary>
public abstract class SparseProductTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<int, int, int, double> Shapes => new()
    {
        { 1, 1, 1, 1 }, { 1, 1, 1, 0 }, { 3, 17, 16, 0.3 }, { 7, 255, 17, 0.1 }, { 5, 256, 15, 1 }, { 4, 257, 48, 0.02 },
        { 3, 5000, 33, 0.01 }, { 40, 1000, 64, 0.05 }, { 300, 40, 70, 0.1 }, { 600, 9, 5, 0.5 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_product_equals_the_oracle_within_its_error_bound(int rows, int k, int columns, double density)
    {
        var problem = new Problem(rows, k, columns, density);
        int width = Lanes.Pad(columns), stride = width + 16;
        using var y = GuardedMemory<T>.Filled((rows - 1) * stride + width, T.NaN);
        problem.Multiply(y.Span, stride);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                var sum = new CompensatedSum();
                for (int i = 0; i < k; i++)
                    sum.Add(double.CreateTruncating(problem.X.Row(row)[i]), double.CreateTruncating(problem.W[i * columns + column]));
                Require(sum, k, y.Span[row * stride + column], $"({row}, {column})");
            }

            Assert.False(y.Span.Slice(row * stride + columns, width - columns).ContainsAnyExcept(T.Zero));
            if (row + 1 < rows)
                Assert.All(y.Span.Slice(row * stride + width, 16).ToArray(), gap => Assert.True(T.IsNaN(gap)));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_transposed_product_equals_the_oracle_within_its_error_bound(int rows, int k, int columns, double density)
    {
        var problem = new Problem(rows, k, columns, density);
        int width = Lanes.Pad(columns);
        for (int strip = 0; strip < width / 16; strip++)
        {
            using var c = GuardedMemory<T>.Filled(problem.Touched.Count * 16, T.NaN);
            using var dy = GuardedMemory<T>.Of(problem.DY);
            SparseProduct.MultiplyTransposed(
                problem.Touched.Starts, problem.Touched.Rows, problem.Touched.Values, dy.Span[(strip * 16)..], width, c.Span,
                accumulate: false);
            for (int i = 0; i < c.Span.Length; i++)
            {
                var sum = new CompensatedSum();
                for (int row = 0; row < rows; row++)
                {
                    sum.Add(
                        double.CreateTruncating(problem.X.Row(row)[problem.Touched.Inputs[i / 16]]),
                        double.CreateTruncating(problem.DY[row * width + strip * 16 + i % 16]));
                }

                Require(sum, rows, c.Span[i], $"input {problem.Touched.Inputs[i / 16]}, column {strip * 16 + i % 16}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_product_has_the_bits_of_the_dense_one(int rows, int k, int columns, double density)
    {
        var problem = new Problem(rows, k, columns, density);
        int width = Lanes.Pad(columns);
        T[] sparse = new T[rows * width], dense = new T[rows * width];
        T[] bias = [.. Numbers.Uniform<T>(new Random(8), columns), .. new T[width - columns]];
        problem.Multiply(sparse, width, bias);
        Gemm.Multiply<T>(rows, k, columns, problem.X.Data, problem.X.Stride, problem.Panels, bias, dense, width);
        Assert.True(Accuracy.SameBits<T>(dense, sparse));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_transposed_product_has_the_bits_of_the_dense_one(int rows, int k, int columns, double density)
    {
        var problem = new Problem(rows, k, columns, density);
        int width = Lanes.Pad(columns);
        foreach (bool accumulate in new[] { false, true })
        {
            T[] before = Numbers.Uniform<T>(new Random(9), k * width);
            T[] dense = [.. before];
            Gemm.MultiplyTransposed<T>(rows, k, width, problem.X.Data, problem.X.Stride, problem.DY, width, dense, accumulate);
            for (int strip = 0; strip < width / 16; strip++)
            {
                for (int place = 0; place < problem.Touched.Count; place++)
                {
                    int line = (strip * k + problem.Touched.Inputs[place]) * 16;
                    T[] sparse = before[line..(line + 16)];
                    SparseProduct.MultiplyTransposed(
                        problem.Touched.Starts.Slice(place, 2), problem.Touched.Rows, problem.Touched.Values,
                        problem.DY.AsSpan(strip * 16), width, sparse, accumulate);
                    Assert.True(
                        Accuracy.SameBits<T>(dense.AsSpan(line, 16), sparse), $"strip {strip}, input {problem.Touched.Inputs[place]}");
                }
            }
        }
    }

    [Fact]
    public void Rows_have_the_same_bits_wherever_the_batch_is_cut()
    {
        var problem = new Problem(20, 300, 23, 0.1);
        var whole = new T[20 * 32];
        problem.Multiply(whole, 32);
        for (int cut = 0; cut <= 20; cut++)
        {
            var parts = new T[20 * 32];
            problem.Multiply(parts, 32, default, 0, cut);
            problem.Multiply(parts.AsSpan(cut * 32), 32, default, cut, 20);
            Assert.True(Accuracy.SameBits<T>(whole, parts), $"cut at row {cut}");
        }
    }

    [Theory]
    [InlineData(1, 0, 0, 0, 0, "columns", 3)]
    [InlineData(0, 1, 0, 0, 0, "values", 3)]
    [InlineData(0, 0, 1, 0, 0, "panels", 224)]
    [InlineData(0, 0, 0, 1, 0, "bias", 32)]
    [InlineData(0, 0, 0, 0, 1, "y", 72)]
    public void A_span_one_element_too_short_is_refused(
        int lessColumns, int lessValues, int lessPanels, int lessBias, int lessY, string name, int needed)
    {
        var exception = Assert.Throws<ArgumentException>(name, () => SparseProduct.Multiply<T>(
            7, 32, [0, 1, 3], new int[3 - lessColumns], new T[3 - lessValues], new T[224 - lessPanels], new T[32 - lessBias],
            new T[72 - lessY], 40));
        Assert.Equal(Refusal.TooShort(name, needed), exception.Message);
    }

    [Theory]
    [InlineData(1, 0, 0, 0, "rows", 3)]
    [InlineData(0, 1, 0, 0, "values", 3)]
    [InlineData(0, 0, 1, 0, "dy", 56)]
    [InlineData(0, 0, 0, 1, "c", 32)]
    public void A_span_of_the_transposed_product_one_element_too_short_is_refused(
        int lessRows, int lessValues, int lessDy, int lessC, string name, int needed)
    {
        int[] rows = [1, 0, 2];
        var exception = Assert.Throws<ArgumentException>(name, () => SparseProduct.MultiplyTransposed<T>(
            [0, 1, 3], rows.AsSpan(lessRows), new T[3 - lessValues], new T[56 - lessDy], 20, new T[32 - lessC], accumulate: false));
        Assert.Equal(Refusal.TooShort(name, needed), exception.Message);
    }

    [Fact]
    public void A_width_or_stride_that_would_lead_out_of_the_spans_is_refused()
    {
        Assert.Equal(
            "The width of width is 17; it must be whole strips of 16 columns, such as 32. (Parameter 'width')",
            Assert.Throws<ArgumentException>(
                () => SparseProduct.Multiply<T>(1, 17, [0, 1], [0], new T[1], new T[17], default, new T[17], 17)).Message);
        Assert.Equal(
            "Rows that are 32 wide lie 31 apart by yStride; it must be at least the width. (Parameter 'yStride')",
            Assert.Throws<ArgumentException>(
                () => SparseProduct.Multiply<T>(1, 32, [0, 1], [0], new T[1], new T[32], default, new T[32], 31)).Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_column_that_the_weights_do_not_have_is_refused(int column)
    {
        var exception = Assert.Throws<ArgumentException>("columns", () => SparseProduct.Multiply<T>(
            7, 32, [0, 1, 3], [6, 0, column], new T[3], new T[32 * 7], default, new T[2 * 32], 32));
        Assert.Equal(
            $"Row 1 has column {column} but there are 7; do not change rows that are in use. (Parameter 'columns')", exception.Message);
    }

    [Theory]
    [InlineData(0, 3, 2)]
    [InlineData(-1, 1, 2)]
    public void Rows_that_begin_outside_the_entries_are_refused(int first, int second, int third)
    {
        int[] starts = [first, second, third];
        Assert.Throws<ArgumentOutOfRangeException>(
            () => SparseProduct.Multiply<T>(7, 16, starts, [0, 1, 2], new T[3], new T[16 * 7], default, new T[32], 16));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => SparseProduct.MultiplyTransposed<T>(starts, [0, 1, 2], new T[3], new T[48], 16, new T[32], accumulate: false));
    }

    private static void Require(CompensatedSum sum, int length, T actual, string where)
    {
        double roundings = Math.Min(length, Gemm.Segment) + (length + Gemm.Segment - 1) / Gemm.Segment;
        double error = Math.Abs(double.CreateTruncating(actual) - sum.Value);
        double bound = roundings * Accuracy.UnitRoundoff<T>() * sum.Magnitude;
        Assert.True(error <= bound, $"{where}: error {error} is above {bound}");
    }

    private sealed class Problem
    {
        private readonly SparseBlock<T> _sparse;
        private readonly int _k, _width;

        public Problem(int rows, int k, int columns, double density)
        {
            var random = new Random(7);
            _k = k;
            _width = Lanes.Pad(columns);
            X = SparseRowsOf.Random<T>(rows, k, density, random);
            _sparse = SparseRowsOf.Block(X);
            Touched = new TouchedInputs<T>(k);
            Touched.Read(_sparse);
            W = Numbers.Uniform<T>(random, k * columns);
            Panels = new T[Neural.Kernels.Panels.Length(k, columns)];
            Neural.Kernels.Panels.Write<T>(k, columns, W, Panels);
            DY = Numbers.Uniform<T>(random, rows * _width);
        }

        public DenseBlock<T> X { get; }

        public TouchedInputs<T> Touched { get; }

        public T[] W { get; } // (k, columns)

        public T[] Panels { get; }

        public T[] DY { get; } // (rows, width)

        public void Multiply(Span<T> y, int stride, ReadOnlySpan<T> bias = default, int from = 0, int? to = null)
        {
            using var columns = GuardedMemory<int>.Of(_sparse.AllColumns);
            using var values = GuardedMemory<T>.Of(_sparse.AllValues);
            using var panels = GuardedMemory<T>.Of(Panels);
            ReadOnlySpan<int> starts = _sparse.Starts[from..((to ?? X.Rows) + 1)];
            SparseProduct.Multiply(_k, _width, starts, columns.Span, values.Span, panels.Span, bias, y, stride);
        }
    }
}
