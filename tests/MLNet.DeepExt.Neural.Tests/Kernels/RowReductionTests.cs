using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class RowReductionInFloatTests : RowReductionTests<float>;

public sealed class RowReductionInDoubleTests : RowReductionTests<double>;

public abstract class RowReductionTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void Sums_equal_the_oracle_at_every_width_whatever_the_padding_holds()
    {
        var random = new Random(1);
        for (int width = 1; width <= 70; width++)
        {
            T[] first = Numbers.Uniform<T>(random, width), second = Numbers.Uniform<T>(random, width);
            using var x = GuardedMemory<T>.Filled(Lanes.Pad(width), T.NaN);
            using var y = GuardedMemory<T>.Filled(Lanes.Pad(width), T.PositiveInfinity);
            first.CopyTo(x.Span);
            second.CopyTo(y.Span);
            T centre = T.CreateTruncating(0.3);

            Check(first.Sum(Wide), RowReduction.Sum<T>(width, x.Span), width);
            Check(first.Sum(value => Math.Pow(Wide(value) - Wide(centre), 2)), RowReduction.SumOfSquares(width, x.Span, centre), width);
            Check(first.Zip(second, (a, b) => Wide(a) * Wide(b)).Sum(), RowReduction.SumOfProducts<T>(width, x.Span, y.Span), width);
        }
    }

    [Fact]
    public void Too_short_spans_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => RowReduction.Sum<T>(17, new T[31]));
        Assert.ThrowsAny<ArgumentException>(() => RowReduction.SumOfSquares<T>(17, new T[31], T.Zero));
        Assert.ThrowsAny<ArgumentException>(() => RowReduction.SumOfProducts<T>(17, new T[32], new T[31]));
    }

    private static double Wide(T value) => double.CreateTruncating(value);

    // Terms are at most 2; each of them, and each addition, is rounded.
    private static void Check(double expected, T actual, int width) =>
        Assert.Equal(expected, Wide(actual), 4 * (width + 2) * Accuracy.UnitRoundoff<T>() * Math.Sqrt(width + 1));
}
