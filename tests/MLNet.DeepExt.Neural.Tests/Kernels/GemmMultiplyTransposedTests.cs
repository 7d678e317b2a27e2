using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class GemmMultiplyTransposedInFloatTests : GemmMultiplyTransposedTests<float>;

public sealed class GemmMultiplyTransposedInDoubleTests : GemmMultiplyTransposedTests<double>;

/// <summary>Xᵀ·dY, some strips of it.</summary>
public abstract class GemmMultiplyTransposedTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<int, int, int> NamedShapes => ProductShapes.Named;

    [Theory]
    [MemberData(nameof(NamedShapes))]
    public void Equals_the_oracle_on_the_shapes_of_networks(int rows, int inputs, int columns) =>
        CheckAgainstOracle(new Random(5), rows, inputs, columns, inputs, Lanes.Pad(columns), accumulate: columns % 256 == 0);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 33)]
    [InlineData(64, 300)]
    [InlineData(127, 30)]
    [InlineData(128, 13)]
    [InlineData(129, 40)]
    [InlineData(255, 6)]
    [InlineData(256, 7)]
    [InlineData(257, 5)]
    [InlineData(1000, 20)]
    public void Equals_the_oracle_within_its_error_bound(int rows, int inputs)
    {
        foreach (int columns in new[] { 1, 4, 8, 9, 16, 17, 37 })
        {
            CheckAgainstOracle(new Random(1), rows, inputs, columns, inputs, Lanes.Pad(columns), accumulate: false);
            CheckAgainstOracle(new Random(1), rows, inputs, columns, inputs, Lanes.Pad(columns), accumulate: true);
        }
    }

    [Fact]
    public void Equals_the_oracle_on_ragged_shapes_with_gaps_between_the_rows()
    {
        var random = new Random(2);
        for (int sample = 0; sample < 1000; sample++)
        {
            int rows = random.Next(1, 41), inputs = random.Next(1, 41), columns = random.Next(1, 41);
            int dyStride = Lanes.Pad(columns) + random.Next(0, 20);
            CheckAgainstOracle(random, rows, inputs, columns, inputs + random.Next(0, 20), dyStride, accumulate: sample % 2 == 0);
        }
    }

    [Fact]
    public void Cutting_the_inputs_anywhere_gives_the_same_bits()
    {
        const int Rows = 270, Inputs = 25;
        var random = new Random(3);
        T[] x = Numbers.Uniform<T>(random, Rows * Inputs), dy = Numbers.Uniform<T>(random, Rows * Lanes.Strip);
        T[] whole = Multiply(x, dy, 0, Inputs);
        for (int cut = 1; cut < Inputs; cut++)
            Assert.True(Accuracy.SameBits<T>(whole, [.. Multiply(x, dy, 0, cut), .. Multiply(x, dy, cut, Inputs)]), $"cut at input {cut}");

        static T[] Multiply(T[] x, T[] dy, int from, int to)
        {
            var c = new T[(to - from) * Lanes.Strip];
            Gemm.MultiplyTransposed<T>(Rows, to - from, Lanes.Strip, x.AsSpan(from), Inputs, dy, Lanes.Strip, c, accumulate: false);
            return c;
        }
    }

    [Theory]
    [InlineData(3, 5, 2)]
    [InlineData(270, 193, 3)]
    [InlineData(20, 400, 5)]
    public void Several_strips_at_once_have_the_bits_of_each_alone(int rows, int inputs, int strips)
    {
        var random = new Random(4);
        int dyStride = strips * Lanes.Strip + 3, panel = inputs * Lanes.Strip;
        T[] x = Numbers.Uniform<T>(random, rows * inputs), before = Numbers.Uniform<T>(random, strips * panel);
        using var dy = GuardedMemory<T>.Of(Numbers.Uniform<T>(random, (rows - 1) * dyStride + strips * Lanes.Strip));
        foreach (bool accumulate in new[] { false, true })
        {
            using var together = GuardedMemory<T>.Of(before);
            T[] alone = [.. before];
            Gemm.MultiplyTransposed(rows, inputs, strips * Lanes.Strip, x, inputs, dy.Span, dyStride, together.Span, accumulate);
            for (int strip = 0; strip < strips; strip++)
            {
                Span<T> dyStrip = dy.Span[(strip * Lanes.Strip)..], cStrip = alone.AsSpan(strip * panel, panel);
                Gemm.MultiplyTransposed(rows, inputs, Lanes.Strip, x, inputs, dyStrip, dyStride, cStrip, accumulate);
            }

            Assert.True(Accuracy.SameBits<T>(alone, together.Span));
        }
    }

    [Fact]
    public void The_sum_over_no_rows_is_zero_and_added_to_nothing_changes_nothing()
    {
        T[] c = [.. Enumerable.Repeat(T.One, 3 * Lanes.Strip)];
        Gemm.MultiplyTransposed<T>(0, 3, Lanes.Strip, [], 3, [], Lanes.Strip, c, accumulate: true);
        Assert.All(c, value => Assert.Equal(T.One, value));
        Gemm.MultiplyTransposed<T>(0, 3, Lanes.Strip, [], 3, [], Lanes.Strip, c, accumulate: false);
        Assert.All(c, value => Assert.Equal(T.Zero, value));
    }

    [Theory]
    [InlineData(1, 0, 0, "x", 21)]
    [InlineData(0, 1, 0, "dy", 48)]
    [InlineData(0, 0, 1, "c", 112)]
    public void A_span_one_element_too_short_is_refused(int lessX, int lessDy, int lessC, string name, int needed)
    {
        const int Rows = 3, Inputs = 7;
        var exception = Assert.Throws<ArgumentException>(name, () => Gemm.MultiplyTransposed<T>(
            Rows, Inputs, Lanes.Strip, new T[Rows * Inputs - lessX], Inputs, new T[Rows * Lanes.Strip - lessDy], Lanes.Strip,
            new T[Inputs * Lanes.Strip - lessC], accumulate: false));
        Assert.Equal(Refusal.TooShort(name, needed), exception.Message);
    }

    private static void CheckAgainstOracle(Random random, int rows, int inputs, int columns, int xStride, int dyStride, bool accumulate)
    {
        int width = Lanes.Pad(columns);
        T[] x = Numbers.Uniform<T>(random, rows * inputs);
        T[] dy = UniformAndPadded(random, rows, columns); // (rows, width)
        T[] addend = UniformAndPadded(random, inputs, columns); // (inputs, width)
        var before = new T[inputs * width]; // (strips, inputs, 16)
        before.AsSpan().Fill(T.NaN);
        if (accumulate)
            Panels.Write<T>(inputs, width, addend, before);
        using var xGuarded = GuardedMemory<T>.Of(Numbers.Spread<T>(x, rows, inputs, xStride, gap: T.NaN));
        using var dyGuarded = GuardedMemory<T>.Of(Numbers.Spread<T>(dy, rows, width, dyStride, gap: T.NaN));
        using var c = GuardedMemory<T>.Of(before);

        Gemm.MultiplyTransposed(rows, inputs, columns, xGuarded.Span, xStride, dyGuarded.Span, dyStride, c.Span, accumulate);

        double roundings = Math.Min(rows, Gemm.Segment) + (rows + Gemm.Segment - 1) / Gemm.Segment + 1;
        foreach (int input in ProductShapes.RowsToCheck(inputs, rows, columns))
        {
            for (int column = 0; column < width; column++)
            {
                var sum = new CompensatedSum();
                if (accumulate)
                    sum.Add(double.CreateTruncating(addend[input * width + column]));
                for (int row = 0; row < rows; row++)
                    sum.Add(double.CreateTruncating(x[row * inputs + input]), double.CreateTruncating(dy[row * width + column]));
                double error = Math.Abs(double.CreateTruncating(c.Span[Panels.IndexOf(inputs, input, column)]) - sum.Value);
                double bound = roundings * Accuracy.UnitRoundoff<T>() * sum.Magnitude;
                Assert.True(
                    error <= bound, $"({rows}×{inputs})ᵀ·({rows}×{columns}): error {error} at ({input}, {column}) is above {bound}");
            }
        }
    }

    // Columns, and zeros where the last strip is padding.
    private static T[] UniformAndPadded(Random random, int rows, int columns)
    {
        int width = Lanes.Pad(columns);
        var padded = new T[rows * width];
        for (int row = 0; row < rows; row++)
            Numbers.Uniform<T>(random, columns).CopyTo(padded.AsSpan(row * width));
        return padded;
    }
}
